import type { RunProjection, RunRow } from '@sisyphus-state/schema';
import { isTerminal } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import type { StepPatch } from '../changes/projection.js';
import type { PayloadBody } from '../changes/spill-change.js';
import { stampChanges } from '../changes/stamp-changes.js';
import type { Recorded } from '../store-types.js';
import { isMetered } from '../transitions/draw-on-pot.js';
import type { SqliteContext } from './context.js';
import { drawOnPots } from './pots.js';

/** The part of a run's row that a commit builds on. */
export type RunHead = Pick<RunRow, 'revision' | 'lastSeq' | 'fence' | 'usage'>;

/** Columns of the run that a commit sets beside what the changes project: the lease's operational ones. */
export type OperationalPatch = Partial<Pick<RunRow, 'leaseHolder' | 'leaseExpiresAt' | 'leaseMs'>>;

/** What one commit writes for one run, and on top of what. */
export interface CommitRequest {
  readonly runId: string;
  readonly head: RunHead;
  readonly changes: readonly Change[];
  readonly at: number;
  readonly fence: number;
  readonly worker: string | null;
  readonly operational?: OperationalPatch;
  /** The pots that what is used is put into. */
  readonly pots?: readonly string[];
}

/** Writes changes of one run inside the transaction at hand: events, steps, then the run's row with a raised revision. */
export function writeChanges(context: SqliteContext, request: CommitRequest): Recorded {
  const { runId, head, changes, at, fence, worker, pots = [] } = request;
  if (pots.length > 0 && isMetered(changes)) drawOnPots(context, pots, { runId, usage: head.usage, changes });
  const stamped = stampChanges(changes, { runId, firstSeq: head.lastSeq + 1, at, fence, worker });
  writeBodies(context, stamped.bodies);
  for (const event of stamped.events) context.statements.insertEvent.run(event);
  let runPatch: Partial<RunProjection> = none;
  const lastSeq = head.lastSeq + stamped.events.length;
  for (const { run, steps, mail } of stamped.projections) {
    for (const step of steps) writeStep(context, runId, step, at);
    for (const id of mail) takeMail(context, runId, id, at, lastSeq);
    if (run !== null) runPatch = runPatch === none ? run : { ...runPatch, ...run };
  }
  const revision = head.revision + 1;
  const operational = request.operational ?? leasePatch(runPatch);
  // Not by two spreads: V8 takes microseconds to add to a copy, and this is the run's last commit every time.
  const patch = operational === undefined ? runPatch : Object.assign({}, runPatch, operational);
  context.statements.updateRun(patch, { runId, revision, lastSeq, updatedAt: at });
  if (runPatch.status !== undefined && isTerminal(runPatch.status))
    context.statements.consumeRequests.run({ runId, at, seq: lastSeq });
  return { revision, at };
}

/** Most commits change nothing of the run itself. */
const none: Partial<RunProjection> = Object.freeze({});

/** A run nobody holds has no holder and no end of a lease either. */
function leasePatch(run: Partial<RunProjection>): OperationalPatch | undefined {
  return run.leaseWorker === null ? { leaseHolder: null, leaseExpiresAt: null } : undefined;
}

/** Keeps large values; one that is there already is kept once. */
export function writeBodies(context: SqliteContext, bodies: readonly PayloadBody[]): void {
  for (const body of bodies) context.statements.insertPayload.run({ ...body });
}

/** Each piece is taken once: a second taker's commit is refused whole. */
function takeMail({ statements }: SqliteContext, runId: string, id: string, at: number, seq: number): void {
  if (statements.takeMail.run({ runId, id, at, seq }) !== 1)
    throw new Error(`Run ${runId} has no unread mail ${id}: it was taken before.`);
}

function writeStep(
  { statements }: SqliteContext,
  runId: string,
  { stepKey, set, onInsert }: StepPatch,
  at: number,
): void {
  const always = { runId, stepKey, updatedAt: at };
  if (onInsert !== null) statements.upsertStep(set, onInsert, always);
  else if (!statements.updateStep(set, always))
    throw new Error(`Run ${runId} has no step ${stepKey} yet: the change that starts or skips it comes first.`);
}
