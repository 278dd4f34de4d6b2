import type { LiveEvent } from '@sisyphus-state/executor';
import type { Change, WorkflowStore } from '@sisyphus-state/store';
import { applyChange, applyProgress } from '../live/run-view.js';
import { waitEnd } from '../live/wait-end.js';
import type { HeldRun, RunEnd } from './held-run.js';

/** How many runs were let go of, by how. */
export type Tally = Readonly<Record<RunEnd['kind'], number>>;

/** Is told, at once and in order, of the runs that a worker has in hand. */
export interface BoardListener {
  take(run: HeldRun): void;
  /** After the run's own view has taken it in. */
  tell(run: HeldRun, event: LiveEvent): void;
  leave(run: HeldRun, end: RunEnd): void;
}

/** A run that was just taken may have been taken again since it was looked at. */
const newMs = 1000;

/** What a worker has in hand, and what became of what it had. */
export class Board {
  readonly #listener: BoardListener;
  readonly #held = new Map<string, HeldRun>();
  readonly #tally = { completed: 0, failed: 0, cancelled: 0, waiting: 0, paused: 0, released: 0, lost: 0 };
  #taken = 0;

  constructor(listener: BoardListener) {
    this.#listener = listener;
  }

  /** Longest in hand first. */
  get held(): readonly HeldRun[] {
    return [...this.#held.values()];
  }

  /** How many times a run was taken. */
  get taken(): number {
    return this.#taken;
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Takes a run up; one that this worker has already was taken from itself. */
  take(run: HeldRun): void {
    const before = this.#held.get(run.runId);
    if (before !== undefined) this.#leave(before, { kind: 'lost', to: null });
    this.#held.set(run.runId, run);
    this.#taken += 1;
    this.#listener.take(run);
  }

  /** Takes in what a worker tells of its runs. */
  observe(event: LiveEvent): void {
    const run = this.#held.get(event.runId);
    if (run === undefined) return;
    if (event.kind === 'progress') applyProgress(run.view, event.stepKey, event.progress);
    if (event.kind === 'committed') for (const change of event.changes) applyChange(run.view, change, event.at);
    this.#listener.tell(run, event);
    const last = event.kind === 'committed' ? event.changes.at(-1) : undefined;
    const end = last === undefined ? null : endOf(last, event.kind === 'committed' ? event.at : 0);
    if (end !== null) this.#leave(run, end);
  }

  /** Looks for runs that this worker lost without a word: nothing of theirs is committed here any more. */
  async dropLost(store: Pick<WorkflowStore, 'readRun'>, now: number): Promise<void> {
    for (const run of this.held.filter(({ takenAt }) => now - takenAt >= newMs)) {
      const row = await store.readRun(run.runId);
      const isStillThere = this.#held.get(run.runId) === run;
      if (isStillThere && row?.fence !== run.fence) this.#leave(run, { kind: 'lost', to: row?.leaseWorker ?? null });
    }
  }

  #leave(run: HeldRun, end: RunEnd): void {
    this.#held.delete(run.runId);
    this.#tally[end.kind] += 1;
    this.#listener.leave(run, end);
  }
}

/** How a run is let go of by the last change of a commit; null when it is not. */
function endOf(change: Change, at: number): RunEnd | null {
  switch (change.type) {
    case 'workflow_completed':
      return { kind: 'completed' };
    case 'workflow_failed':
      return { kind: 'failed', stepKey: change.stepKey, error: change.error };
    case 'workflow_cancelled':
      return { kind: 'cancelled', reason: change.reason };
    case 'workflow_suspended':
      return { kind: 'waiting', wakeAt: waitEnd(change, at), reason: change.reason };
    case 'workflow_paused':
      return { kind: 'paused', reason: change.reason };
    case 'run_released':
      return { kind: 'released' };
    default:
      return null;
  }
}
