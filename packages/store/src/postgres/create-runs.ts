import type { RunProjection, RunRow } from '@sisyphus-state/schema';
import { tablesIn } from '@sisyphus-state/schema/postgres';
import { getTableColumns } from 'drizzle-orm';
import { firstChanges, type RunToCreate } from '../changes/first-changes.js';
import { foldProjections } from '../changes/fold.js';
import type { Projection } from '../changes/projection.js';
import type { PayloadBody } from '../changes/spill-change.js';
import { stampChanges } from '../changes/stamp-changes.js';
import { RunExistsError } from '../errors.js';
import type { CreatedRun, Lease } from '../store-types.js';
import type { KnownRun } from '../transitions/check-same-request.js';
import { checkFirstChanges } from '../transitions/draw-on-pot.js';
import type { PgConnection } from './client.js';
import type { PostgresContext, PostgresDatabase } from './context.js';
import { sqlState } from './driver-errors.js';
import { distinctBodies } from './payload-bodies.js';
import { keyOf, planCreation } from './plan-creation.js';
import { encodePots, potsOfLeases } from './pots.js';
import { toColumns } from './sql-text.js';
import { mergeStepPatches } from './step-patches.js';
import { certainly, connectionOf, patiently, withConnection } from './transaction.js';

const { workflowRuns, workflowSteps, auditEvents, workflowDefinitions } = tablesIn();
const emptyRun = Object.fromEntries(Object.keys(getTableColumns(workflowRuns)).map((name) => [name, null]));

/** A run as its rows; `lease` is what its creator holds. */
interface EncodedRun {
  readonly run: Readonly<Record<string, unknown>>;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly bodies: readonly PayloadBody[];
  readonly lease: Lease | null;
  /** What the run's own pot begins with; null: it has no budget. */
  readonly pot: Pick<RunRow, 'id' | 'usage'> | null;
}

/** Runs a statement that writes by itself and must be undone alone when it fails. */
export type Attempt = <T>(work: (connection: PgConnection) => Promise<T>) => Promise<T>;

/**
 * Creates runs, all or none, in one statement and one round trip where no idempotency key is known already.
 *
 * Where one is, the statement fails and leaves nothing; then those that are known are read, and the rest is tried again.
 */
export function createRuns(context: PostgresContext, runs: readonly RunToCreate[]): Promise<readonly CreatedRun[]> {
  for (const run of runs) checkFirstChanges(run);
  if (runs.length === 0) return Promise.resolve([]);
  return patiently(context, () =>
    createOrFind(context, runs, (work) =>
      withConnection(context, (connection) => certainly(context, work(connection))),
    ),
  );
}

/** As `createRuns`, inside the caller's transaction: a savepoint undoes what fails, and nothing more. */
export function createRunsInside(
  context: PostgresContext,
  runs: readonly RunToCreate[],
  tx: PostgresDatabase,
): Promise<readonly CreatedRun[]> {
  connectionOf(tx);
  for (const run of runs) checkFirstChanges(run);
  if (runs.length === 0) return Promise.resolve([]);
  // No second try: what failed on the connection, or for contention, ended the caller's transaction.
  return patiently({ ...context, busyMs: 0 }, () =>
    createOrFind(context, runs, (work) => tx.transaction((inner) => work(connectionOf(inner)))),
  );
}

/** As often as another run with the same key may come and go in between. */
const maxTries = 20;

/** Creates what is not known by its idempotency key; `attempt` undoes what fails in it, and nothing else. */
export async function createOrFind(
  context: PostgresContext,
  runs: readonly RunToCreate[],
  attempt: Attempt,
): Promise<readonly CreatedRun[]> {
  let known: ReadonlyMap<string, KnownRun> = new Map();
  let toleranceMs = context.clock.toleranceMs;
  for (let tries = 1; ; tries++) {
    const { fresh, runIds } = planCreation(runs, known);
    try {
      const created = await attempt((connection) => insertRuns(context, connection, withChildren(fresh), toleranceMs));
      if (created === null) {
        // The server's clock is known from its refusal; a statement that is long on its way would be refused for ever.
        toleranceMs = null;
        continue;
      }
      const { at } = created;
      const leases = await attempt((connection) => withPots(context, connection, created.leases));
      const isFresh = new Set(fresh);
      return runs.map((run, index) =>
        isFresh.has(run)
          ? { runId: run.id, created: true, lease: leases.get(run) ?? null, at }
          : { runId: runIds[index] ?? run.id, created: false, lease: null, at },
      );
    } catch (error) {
      const isKnownId = isTaken(error, 'workflow_runs_pkey');
      if (!(isKnownId || isTaken(error, 'workflow_runs_idempotency')) || tries === maxTries) throw error;
      known = await attempt((connection) => readKnown(context, connection, runs));
      // Not if that run has the same idempotency key: then it is the one that was asked for.
      const again = withChildren(planCreation(runs, known).fresh);
      const taken = isKnownId ? await attempt((connection) => findTaken(context, connection, again)) : null;
      if (taken !== null) throw new RunExistsError(taken, { cause: error });
    }
  }
}

/** Says with each lease which pots its run draws on; nearly no run has any. */
async function withPots(
  context: PostgresContext,
  connection: PgConnection,
  leases: Created['leases'],
): Promise<Created['leases']> {
  const children = [...leases].flatMap(([{ id, parent = null }, lease]) =>
    lease === null || parent === null ? [] : id,
  );
  const rows = children.length === 0 ? [] : await context.statements.readRuns.all(connection, { runIds: children });
  const ofChildren = await potsOfLeases(context, connection, rows);
  const potsOf = ({ id, budget = null }: RunToCreate) =>
    ofChildren.get(id) ?? (budget === null ? null : { pots: [id] });
  return new Map([...leases].map(([run, lease]) => [run, lease && { ...lease, ...potsOf(run) }]));
}

function isTaken(error: unknown, constraint: string): boolean {
  return (
    error instanceof Error && sqlState(error) === '23505' && 'constraint' in error && error.constraint === constraint
  );
}

/** The first id that is in use, or that two of the new runs have; null: whoever had it is gone. */
async function findTaken(
  { statements }: PostgresContext,
  connection: PgConnection,
  fresh: readonly RunToCreate[],
): Promise<string | null> {
  const runIds = fresh.map(({ id }) => id);
  const [head] = await statements.readHeads.all(connection, { runIds });
  return head?.id ?? runIds.find((id, index) => runIds.indexOf(id) !== index) ?? null;
}

async function readKnown(
  { statements }: PostgresContext,
  connection: PgConnection,
  runs: readonly RunToCreate[],
): Promise<ReadonlyMap<string, KnownRun>> {
  const keyed = runs.filter((run) => keyOf(run) !== null);
  const rows = await statements.readRunsByKey.all(connection, {
    namespaces: keyed.map(({ namespace = 'default' }) => namespace),
    keys: keyed.map(({ idempotencyKey }) => idempotencyKey),
  });
  return new Map(rows.map((row) => [JSON.stringify([row.namespace, row.idempotencyKey]), row]));
}

/** A run's children are created with it, or not at all. */
function withChildren(runs: readonly RunToCreate[]): readonly RunToCreate[] {
  return runs.flatMap((run) => [run, ...(run.children ?? [])]);
}

/** Creates runs that a commit on their parent waits for, in its transaction and at its instant. */
export async function insertChildren(
  context: PostgresContext,
  connection: PgConnection,
  children: readonly RunToCreate[],
  at: number,
): Promise<void> {
  const clock = { ...context.clock, now: () => at };
  try {
    await insertRuns({ ...context, clock }, connection, children, null);
  } catch (error) {
    if (!isTaken(error, 'workflow_runs_pkey')) throw error;
    throw new RunExistsError(children.map(({ id }) => id).join(', '), { cause: error });
  }
}

interface Created {
  readonly at: number;
  readonly leases: ReadonlyMap<RunToCreate, Lease | null>;
}

/** Gives null when the guess of the server's clock was further off than `toleranceMs`; the next one is better. */
async function insertRuns(
  { statements, clock, identity }: PostgresContext,
  connection: PgConnection,
  fresh: readonly RunToCreate[],
  toleranceMs: number | null,
): Promise<Created | null> {
  const at = clock.now();
  if (fresh.length === 0) return { at, leases: new Map() };
  const encoded = fresh.map((run) => encodeRun(run, at, JSON.stringify(identity)));
  const definitions = new Map(fresh.flatMap(({ definition }) => (definition ? [[definition.hash, definition]] : [])));
  const [row] = await statements.createRuns.all(connection, {
    runs: JSON.stringify(encoded.map(({ run }) => run)),
    steps: JSON.stringify(encoded.flatMap(({ steps }) => steps)),
    events: JSON.stringify(encoded.flatMap(({ events }) => events)),
    definitions: JSON.stringify(
      [...definitions.values()].map((row) => toColumns(workflowDefinitions, { ...row, createdAt: at })),
    ),
    bodies: JSON.stringify(distinctBodies(encoded.flatMap(({ bodies }) => bodies))),
    at,
    toleranceMs,
    tell: encoded.some(({ lease }) => lease === null),
    pots: encodePots(encoded.flatMap(({ pot }) => pot ?? [])),
  });
  if (row !== undefined) clock.settle(row.now);
  if (row?.created !== fresh.length) return null;
  return { at, leases: new Map(fresh.map((run, index) => [run, encoded[index]?.lease ?? null])) };
}

function encodeRun(run: RunToCreate, at: number, holder: string): EncodedRun {
  const fence = run.lease ? 1 : 0;
  const worker = run.lease?.worker ?? null;
  const stamped = stampChanges(firstChanges(run, at), { runId: run.id, firstSeq: 1, at, fence, worker });
  const { run: columns, steps } = foldProjections(stamped.projections);
  const firstSeqs = orderOfSteps(stamped.projections, run);
  const isHeld = columns.leaseWorker !== null;
  const expiresAt = run.lease && isHeld ? at + Math.trunc(run.lease.leaseMs) : null;
  const operational = {
    revision: 1,
    lastSeq: stamped.events.length,
    leaseHolder: isHeld ? holder : null,
    leaseExpiresAt: expiresAt,
    leaseMs: run.lease && isHeld ? Math.trunc(run.lease.leaseMs) : null,
    leaseRenewals: 0,
    updatedAt: at,
  };
  return {
    run: toColumns(workflowRuns, { ...emptyRun, ...columns, ...operational }),
    steps: steps.map((step) =>
      toColumns(workflowSteps, { runId: run.id, ...step, updatedAt: at, firstSeq: firstSeqs.get(step.stepKey) ?? 0 }),
    ),
    events: stamped.events.map((event) => toColumns(auditEvents, event)),
    bodies: stamped.bodies,
    lease: leaseOf(columns, expiresAt),
    pot: columns.budget === null ? null : { id: run.id, usage: columns.usage },
  };
}

/**
 * The place of each step among the others: the `seq` that made its row.
 *
 * What a fork carries has no `seq` of its own, and stands before all that has, in its source's order.
 */
function orderOfSteps(projections: readonly Projection[], run: RunToCreate): ReadonlyMap<string, number> {
  const patches = mergeStepPatches(projections);
  const carried = run.fork === undefined ? 0 : (projections[0]?.steps.length ?? 0);
  return new Map(
    patches.map(({ stepKey, firstSeq }, index) => [stepKey, index < carried ? index + 1 - carried : firstSeq]),
  );
}

function leaseOf(run: RunProjection, expiresAt: number | null): Lease | null {
  if (run.leaseWorker === null || expiresAt === null) return null;
  return { runId: run.id, worker: run.leaseWorker, fence: run.fence, revision: 1, expiresAt };
}
