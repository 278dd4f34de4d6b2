import { type EventRow, isTerminal, type RunProjection, type RunRow } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import type { PayloadBody } from '../changes/spill-change.js';
import { type StampedChanges, stampChanges } from '../changes/stamp-changes.js';
import type { Lease, Recorded } from '../store-types.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { distinctBodies } from './payload-bodies.js';
import { type MergedStepPatch, mergeStepPatches } from './step-patches.js';
import { runPatchColumns, stepPatchColumns } from './write-columns.js';

/** Columns of the run that a commit sets beside what the changes project: the lease's operational ones. */
export type OperationalPatch = Partial<Pick<RunRow, 'leaseHolder' | 'leaseExpiresAt' | 'leaseMs'>>;

/** One run's commit. */
export interface CommitRequest {
  readonly runId: string;
  /** The statement checks this lease; null for a transaction that holds the run's row and has checked for itself. */
  readonly guard: Lease | null;
  readonly changes: readonly Change[];
  /** Who writes: goes into the events. */
  readonly fence: number;
  readonly worker: string | null;
  readonly operational?: OperationalPatch;
  /** Wake those who watch: somebody else may have to act. */
  readonly tell: boolean;
}

/** A commit as the statement takes it. */
export interface EncodedCommit {
  /**
   * Only a commit that ends, parks, gives back or resumes the run, or holds large values, needs the whole statement. What
   * the run has used is no reason: that changes with every step of a run that has a budget.
   */
  readonly isWhole: boolean;
  /** Members of a JSON object, put together as text: at every step of a run, objects would cost several times as much. */
  readonly entry: string;
  /** Those that only the whole statement reads. */
  readonly more: string;
  readonly bodies: readonly PayloadBody[];
}

/** Turns a commit into what the statement takes; throws when a change can't be stored. */
export function encodeCommit(request: CommitRequest, at: number): EncodedCommit {
  const { runId, changes, fence, worker } = request;
  // Counted from 1: the statement adds the run's own last_seq, which only the row's lock makes sure of.
  const stamped = stampChanges(changes, { runId, firstSeq: 1, at, fence, worker });
  const patch = runPatch(stamped, request.operational);
  const names = Object.keys(patch);
  const mail = stamped.projections.flatMap((projection) => projection.mail);
  const isLarge = stamped.bodies.length > 0 || mail.length > 0 || request.tell;
  const isWhole = isLarge || names.some((name) => name !== 'usage');
  const more = isWhole || names.length > 0 ? encodeMore(request, stamped, patch, mail) : nothingMore;
  return { isWhole, entry: encodeEntry(request, stamped, patch.usage ?? null), more, bodies: stamped.bodies };
}

function encodeEntry(
  { runId, guard, fence, worker }: CommitRequest,
  { events, projections }: StampedChanges,
  usage: string | null,
): string {
  const shown = guard === null ? '' : `,"fence":${guard.fence},"worker":${JSON.stringify(guard.worker)}`;
  const by = worker === null ? '' : `,"by_fence":${fence},"by_worker":${JSON.stringify(worker)}`;
  const used = usage === null ? '' : `,"usage":${JSON.stringify(usage)}`;
  const steps = mergeStepPatches(projections).map(encodeStep).join(',');
  const lines = `"steps":[${steps}],"events":[${events.map(encodeEvent).join(',')}]`;
  return `"run":${JSON.stringify(runId)}${shown}${by},"count":${events.length}${used},${lines}`;
}

/** Of a commit that needs no whole statement, in the company of one that does. */
const nothingMore = '"mask":0,"patch":{},"bodies":[],"mail":[],"ends":false,"tell":false';

function encodeMore(
  request: CommitRequest,
  { bodies }: StampedChanges,
  patch: ReturnType<typeof runPatch>,
  mail: readonly string[],
): string {
  const { status } = patch;
  const ends = status !== undefined && isTerminal(status);
  // A run that ended, was parked or given back: somebody may be waiting for that, or for work.
  const tell = request.tell || (status !== undefined && status !== 'running');
  const hashes = JSON.stringify(bodies.map(({ sha256 }) => sha256));
  const columns = runPatchColumns.membersOf(patch).slice(1);
  return `"mask":${runPatchColumns.maskOf(patch)},"patch":{${columns}},"bodies":${hashes},"mail":${JSON.stringify(mail)},"ends":${ends},"tell":${tell}`;
}

/**
 * Writes commits, at most one a run, in one statement; the answer has null where one was refused.
 *
 * `toleranceMs` null says that `at` is the store's own instant and not a guess.
 */
export async function writeCommits(
  { statements, clock }: Pick<PostgresContext, 'statements' | 'clock'>,
  connection: Pick<PgConnection, 'query'>,
  commits: readonly EncodedCommit[],
  { at, toleranceMs }: { readonly at: number; readonly toleranceMs: number | null },
): Promise<readonly (Recorded | null)[]> {
  const isWhole = commits.some((commit) => commit.isWhole);
  const bodies = isWhole ? distinctBodies(commits.flatMap((commit) => commit.bodies)) : [];
  const rows = await (isWhole ? statements.writeAll : statements.writeSteps).all(connection, {
    entries: `[${commits.map(({ entry, more }, n) => `{"n":${n},${entry}${isWhole ? `,${more}` : ''}}`).join(',')}]`,
    at,
    toleranceMs,
    bodies: JSON.stringify(bodies),
  });
  const [first] = rows;
  if (first !== undefined) clock.settle(first.now);
  const revisions = new Map(rows.map(({ n, revision }) => [n, revision]));
  return commits.map((_, n) => {
    const revision = revisions.get(n);
    return revision === undefined ? null : { revision, at };
  });
}

function encodeStep({ stepKey, firstSeq, set, onInsert }: MergedStepPatch): string {
  const fresh = onInsert === null ? '' : `,"fresh":true${stepPatchColumns.membersOf(onInsert, set)}`;
  const place = `"step_key":${JSON.stringify(stepKey)},"mask":${stepPatchColumns.maskOf(set)},"first_seq":${firstSeq}`;
  return `{${place}${stepPatchColumns.membersOf(set)}${fresh}}`;
}

/** What is null is not sent, and NULL there. */
function encodeEvent({ seq, type, stepKey, attempt, payload, payloadRef }: EventRow): string {
  const step = stepKey === null ? '' : `,"step_key":${JSON.stringify(stepKey)}`;
  const tried = attempt === null ? '' : `,"attempt":${attempt}`;
  const ref = payloadRef === null ? '' : `,"payload_ref":"${payloadRef}"`;
  return `{"seq":${seq},"type":"${type}","payload":${JSON.stringify(payload)}${step}${tried}${ref}}`;
}

function runPatch(
  { projections }: StampedChanges,
  operational: OperationalPatch | undefined,
): Partial<RunProjection> & OperationalPatch {
  let patch: Partial<RunProjection> = {};
  for (const { run } of projections) if (run !== null) patch = { ...patch, ...run };
  if (operational !== undefined) return { ...patch, ...operational };
  // A run nobody holds has no holder and no end of a lease either.
  return patch.leaseWorker === null ? { ...patch, leaseHolder: null, leaseExpiresAt: null } : patch;
}
