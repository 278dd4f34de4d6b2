import type { EventRow } from '@sisyphus-state/schema';
import type { Change } from './change.js';
import { encodeChange } from './encode-change.js';
import { projectSnapshot, readSnapshot } from './fork-snapshot.js';
import { project } from './project.js';
import type { Projection } from './projection.js';
import { type PayloadBody, spillChange } from './spill-change.js';

/** What all changes of one commit on one run share. */
export interface CommitStamp {
  readonly runId: string;
  /** The `seq` of the first event; the others follow without gaps. */
  readonly firstSeq: number;
  readonly at: number;
  readonly fence: number;
  readonly worker: string | null;
}

/** All that one commit writes for one run. */
export interface StampedChanges {
  readonly events: readonly EventRow[];
  readonly projections: readonly Projection[];
  readonly bodies: readonly PayloadBody[];
}

/** Turns changes into the rows they mean; a dialect has only to write them. */
export function stampChanges(changes: readonly Change[], commit: CommitStamp): StampedChanges {
  const events: EventRow[] = [];
  const projections: Projection[] = [];
  const bodies: PayloadBody[] = [];
  const { runId, at, fence, worker } = commit;
  // What came from outside the lease was written under nobody's fence.
  const eventFence = worker === null ? null : fence;
  for (const change of changes) {
    const seq = commit.firstSeq + events.length;
    const stored = spillChange(change, bodies);
    const { stepKey, attempt, payload, payloadRef } = encodeChange(stored);
    events.push({
      runId,
      seq,
      type: change.type,
      source: 'engine',
      stepKey,
      attempt,
      fence: eventFence,
      worker,
      at,
      payload,
      payloadRef,
    });
    // The rows come from the text itself: what is stored of it may be no more than its hash.
    if (change.type === 'run_forked') projections.push(projectSnapshot(readSnapshot(change.snapshot)));
    else projections.push(project(stored, { runId, seq, at, fence, worker }));
  }
  return { events, projections, bodies };
}
