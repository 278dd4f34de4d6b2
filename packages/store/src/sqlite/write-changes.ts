import type { RunProjection, RunRow } from '@sisyphus-state/schema';
import { isTerminal } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import type { StepPatch } from '../changes/projection.js';
import type { PayloadBody } from '../changes/spill-change.js';
import { stampChanges } from '../changes/stamp-changes.js';
import type { Recorded } from '../store-types.js';
import type { SqliteContext } from './context.js';

/** The part of a run's row that a commit builds on. */
export type RunHead = Pick<RunRow, 'revision' | 'lastSeq' | 'fence'>;

/** Columns of the run that a commit sets beside what the changes project: the lease's operational ones. */
export type OperationalPatch = Partial<Pick<RunRow, 'leaseHolder' | 'leaseExpiresAt'>>;

/** What one commit writes for one run, and on top of what. */
export interface CommitRequest {
  readonly runId: string;
  readonly head: RunHead;
  readonly changes: readonly Change[];
  readonly at: number;
  readonly fence: number;
  readonly worker: string | null;
  readonly operational?: OperationalPatch;
}

/** Writes changes of one run inside the transaction at hand: events, steps, then the run's row with a raised revision. */
export function writeChanges(context: SqliteContext, request: CommitRequest): Recorded {
  const { runId, head, changes, at, fence, worker } = request;
  const stamped = stampChanges(changes, { runId, firstSeq: head.lastSeq + 1, at, fence, worker });
  writeBodies(context, stamped.bodies);
  for (const event of stamped.events) context.statements.insertEvent.run(event);
  let runPatch: Partial<RunProjection> = {};
  for (const { run, steps } of stamped.projections) {
    for (const step of steps) writeStep(context, runId, step, at);
    if (run !== null) runPatch = { ...runPatch, ...run };
  }
  const revision = head.revision + 1;
  const lastSeq = head.lastSeq + stamped.events.length;
  const patch = { revision, lastSeq, updatedAt: at, ...runPatch, ...leasePatch(runPatch, request.operational) };
  context.statements.updateRun(Object.keys(patch)).run({ runId, ...patch });
  if (runPatch.status !== undefined && isTerminal(runPatch.status))
    context.statements.consumeRequests.run({ runId, at, seq: lastSeq });
  return { revision, at };
}

/** A run nobody holds has no holder and no end of a lease either. */
function leasePatch(
  run: Partial<RunProjection>,
  operational: OperationalPatch | undefined,
): OperationalPatch | undefined {
  if (operational !== undefined) return operational;
  return run.leaseWorker === null ? { leaseHolder: null, leaseExpiresAt: null } : undefined;
}

/** Keeps large values; one that is there already is kept once. */
export function writeBodies(context: SqliteContext, bodies: readonly PayloadBody[]): void {
  for (const body of bodies) context.statements.insertPayload.run({ ...body });
}

function writeStep(context: SqliteContext, runId: string, { stepKey, set, onInsert }: StepPatch, at: number): void {
  const values = { runId, stepKey, ...set, ...onInsert, updatedAt: at };
  const names = [...Object.keys(set), 'updatedAt'];
  if (onInsert !== null) context.statements.upsertStep(names, Object.keys(onInsert)).run(values);
  else if (context.statements.updateStep(names).run(values) !== 1)
    throw new Error(`Run ${runId} has no step ${stepKey} yet: the change that starts or skips it comes first.`);
}
