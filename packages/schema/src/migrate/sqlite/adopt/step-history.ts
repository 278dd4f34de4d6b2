import type { AdoptedEvent } from './adopt-events.js';

/** What a run's log tells of one step: the draft's own columns never counted attempts and lost falsy results. */
export interface StepHistory {
  /** How often it was started. */
  readonly starts: number;
  readonly firstStartedAt: number | null;
  /** The `seq` of its last outcome, or of its last event of any kind. */
  readonly settledSeq: number | null;
  /** The payload of its last `step_completed`. */
  readonly completion: unknown;
}

/** The history of a step of which the log says nothing. */
export const noHistory: StepHistory = { starts: 0, firstStartedAt: null, settledSeq: null, completion: undefined };

/** Reads each step's history from its run's events. */
export function readStepHistories(events: readonly AdoptedEvent[]): ReadonlyMap<string, StepHistory> {
  const histories = new Map<string, StepHistory>();
  const settled = new Set<string>();
  for (const event of events) {
    const { stepKey } = event.row;
    if (stepKey === null) continue;
    const isOutcome = event.row.type === 'step_completed' || event.row.type === 'step_failed';
    const before = histories.get(stepKey) ?? noHistory;
    // Once there is an outcome, an event somebody logged later about the step doesn't move it in the replay's order.
    const settledSeq = isOutcome || !settled.has(stepKey) ? event.row.seq : before.settledSeq;
    if (isOutcome) settled.add(stepKey);
    histories.set(stepKey, { ...addEvent(before, event), settledSeq });
  }
  return histories;
}

function addEvent(history: StepHistory, { row, payload }: AdoptedEvent): StepHistory {
  if (row.type === 'step_completed') return { ...history, completion: payload };
  if (row.type !== 'step_started') return history;
  return { ...history, starts: history.starts + 1, firstStartedAt: history.firstStartedAt ?? row.at };
}
