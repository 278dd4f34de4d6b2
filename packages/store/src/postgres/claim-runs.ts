import type { RunRow, StepRow } from '@sisyphus-state/schema';
import type { ClaimOutcome, ClaimRequest, Lease, NewDefinition, RunSnapshot } from '../store-types.js';
import { type ClaimDecision, decideClaim } from '../transitions/decide-claim.js';
import type { PgConnection } from './client.js';
import { groupByRun, type PostgresContext, readSnapshots } from './context.js';
import { potsOfLeases } from './pots.js';
import type { LockedRun } from './read-statements.js';
import { toColumns } from './sql-text.js';
import { inTransaction } from './transaction.js';
import { encodeCommit, writeCommits } from './write-changes.js';

interface Decided {
  readonly snapshot: RunSnapshot;
  readonly decision: ClaimDecision;
}

/**
 * Takes runs with their journals, all in one transaction, or says of each why not.
 *
 * Several are locked with SKIP LOCKED: a busy row is someone's, and must not hold up the rest. One alone is waited for.
 */
export function claimRuns(context: PostgresContext, request: ClaimRequest): Promise<readonly ClaimOutcome[]> {
  const runIds = [...new Set(request.runIds)];
  if (runIds.length === 0) return Promise.resolve([]);
  return inTransaction(context, async (connection) => {
    const { lockRuns, lockFreeRuns } = context.statements;
    const locked = await (runIds.length === 1 ? lockRuns : lockFreeRuns).all(connection, { runIds });
    const outcomes = await claimLocked(context, connection, locked, request);
    const skipped = runIds.filter((runId) => !outcomes.has(runId));
    const rest = await describeSkipped(context, connection, skipped);
    return inOrder(request, new Map([...outcomes, ...rest]));
  });
}

/** Takes runs whose rows this transaction has locked, all in one statement; what became of each, by its id. */
export async function claimLocked(
  context: PostgresContext,
  connection: PgConnection,
  locked: readonly LockedRun[],
  request: Omit<ClaimRequest, 'runIds'>,
): Promise<ReadonlyMap<string, ClaimOutcome>> {
  // Only a resume arms steps again.
  const snapshots = await readSnapshots(context, connection, locked, { withSteps: request.mode === 'resume' });
  const decided = [...snapshots.values()].map((snapshot) => ({ snapshot, decision: decideClaim(snapshot, request) }));
  const leases = await writeClaims(context, connection, request, decided);
  return describeDecided(context, connection, decided, leases);
}

/** Writes all claims in one statement; gives the leases by run. */
async function writeClaims(
  context: PostgresContext,
  connection: PgConnection,
  { worker, leaseMs, mode, definition }: Omit<ClaimRequest, 'runIds'>,
  decided: readonly Decided[],
): Promise<ReadonlyMap<string, Lease>> {
  const claims = decided.flatMap(({ snapshot, decision }) =>
    decision.kind === 'claim' ? [{ snapshot, changes: decision.changes }] : [],
  );
  const [first] = claims;
  if (first === undefined) return new Map();
  const at = first.snapshot.now;
  if (mode === 'resume' && definition) await keepDefinition(context, connection, definition, at);
  const wholeMs = Math.trunc(leaseMs);
  const expiresAt = at + wholeMs;
  const operational = { leaseHolder: JSON.stringify(context.identity), leaseExpiresAt: expiresAt, leaseMs: wholeMs };
  const commits = claims.map(({ snapshot: { run }, changes }) =>
    encodeCommit({ runId: run.id, guard: null, changes, fence: run.fence + 1, worker, operational, tell: false }, at),
  );
  const recorded = await writeCommits(context, connection, commits, { at, toleranceMs: null });
  return new Map(
    claims.map(({ snapshot: { run } }, index) => {
      const revision = recorded[index]?.revision;
      if (revision === undefined) throw new Error(`Run ${run.id} could not be claimed although its row is locked.`);
      return [run.id, { runId: run.id, worker, fence: run.fence + 1, revision, expiresAt }];
    }),
  );
}

async function keepDefinition(
  { statements, tables }: PostgresContext,
  connection: PgConnection,
  definition: NewDefinition,
  createdAt: number,
): Promise<void> {
  const row = toColumns(tables.workflowDefinitions, { ...definition, createdAt });
  await statements.keepDefinitions.all(connection, { rows: JSON.stringify([row]) });
}

async function describeDecided(
  { statements }: PostgresContext,
  connection: PgConnection,
  decided: readonly Decided[],
  leases: ReadonlyMap<string, Lease>,
): Promise<ReadonlyMap<string, ClaimOutcome>> {
  const wanted = decided.filter(({ decision }) => decision.kind !== 'held').map(({ snapshot }) => snapshot.run.id);
  const runs = wanted.length === 0 ? [] : await statements.readRuns.all(connection, { runIds: wanted });
  const steps = leases.size === 0 ? [] : await statements.readSteps.all(connection, { runIds: [...leases.keys()] });
  const whole = new Map(runs.map((run) => [run.id, run]));
  const pots = await potsOfLeases(
    { statements },
    connection,
    runs.filter(({ id }) => leases.has(id)),
  );
  const withPots = (lease: Lease): Lease => ({ ...lease, ...pots.get(lease.runId) });
  const journals = groupByRun(steps);
  return new Map(
    decided.map(({ snapshot, decision }) => {
      const { id } = snapshot.run;
      const run = whole.get(id) ?? snapshot.run;
      const lease = leases.get(id);
      return [id, describe({ snapshot, decision }, run, lease && withPots(lease), journals.get(id) ?? [])];
    }),
  );
}

function describe(
  { snapshot, decision }: Decided,
  run: RunRow,
  lease: Lease | undefined,
  steps: readonly StepRow[],
): ClaimOutcome {
  if (decision.kind === 'held') return heldBy(run, snapshot.now);
  if (decision.kind !== 'claim') return { kind: decision.kind, runId: run.id, run };
  if (lease === undefined) throw new Error(`Run ${run.id} was claimed without a lease.`);
  return { kind: 'claimed', lease, run, steps, mail: snapshot.mail, at: snapshot.now };
}

/** Runs that are not there, or whose rows another transaction has in hand: those are as good as held. */
async function describeSkipped(
  { statements, clock }: PostgresContext,
  connection: PgConnection,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, ClaimOutcome>> {
  if (runIds.length === 0) return new Map();
  const rows = await statements.readHeads.all(connection, { runIds });
  const heads = new Map(rows.map((run) => [run.id, run]));
  return new Map(
    runIds.map((runId) => {
      const run = heads.get(runId);
      return [runId, run === undefined ? { kind: 'missing', runId } : heldBy(run, clock.now())];
    }),
  );
}

function heldBy(run: RunRow, now: number): ClaimOutcome {
  const { id: runId, leaseWorker, leaseExpiresAt } = run;
  return { kind: 'held', runId, holder: leaseWorker ?? 'another transaction', until: leaseExpiresAt ?? now };
}

/** One outcome for each id asked for; asked for twice, a run is held by its first claim the second time. */
function inOrder(
  { runIds, worker }: ClaimRequest,
  outcomes: ReadonlyMap<string, ClaimOutcome>,
): readonly ClaimOutcome[] {
  const seen = new Set<string>();
  return runIds.map((runId) => {
    const outcome = outcomes.get(runId) ?? { kind: 'missing', runId };
    const isAgain = seen.has(runId) && outcome.kind === 'claimed';
    seen.add(runId);
    return isAgain ? { kind: 'held', runId, holder: worker, until: outcome.lease.expiresAt } : outcome;
  });
}
