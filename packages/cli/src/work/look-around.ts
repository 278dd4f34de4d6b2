import type { RunRow } from '@sisyphus-state/schema';
import type { QueueRequest, WorkflowStore } from '@sisyphus-state/store';
import { type Wait, waitOf } from '../format/wait.js';

/** A run that is parked, or that has not started yet. */
export interface WaitingRun extends Wait {
  readonly id: string;
  readonly name: string;
}

/** What there is on some queues beside what a worker has in hand. */
export interface Surroundings {
  /** Runs that are due and that nobody has. */
  readonly due: number;
  /** Parked runs and delayed starts, the soonest first; those without an end at last. */
  readonly waiting: readonly WaitingRun[];
  /** There are more than were counted. */
  readonly hasMoreDue: boolean;
  readonly hasMoreWaiting: boolean;
}

/** Where to look. */
export interface Place {
  readonly namespace: string | undefined;
  readonly queues: readonly QueueRequest[];
}

/** As many as are worth counting for a screen. */
const most = 100;

/** Looks at what is due and what waits. */
export async function lookAround(store: WorkflowStore, { namespace, queues }: Place): Promise<Surroundings> {
  const where = namespace === undefined ? {} : { namespace };
  const { runs, now } = await store.findDue({ ...where, queues, limit: most });
  const parked = await store.listRuns({ ...where, status: ['waiting', 'pending'], limit: most });
  const names = new Set(queues.map(({ name }) => name));
  const waiting = parked.filter(({ queue, status, wakeAt }) => {
    const isWaiting = wakeAt === null ? status === 'waiting' : wakeAt > now;
    return names.has(queue) && isWaiting;
  });
  return {
    due: runs.length,
    waiting: waiting.map(toWaitingRun).sort((one, other) => endOf(one) - endOf(other)),
    hasMoreDue: runs.length === most,
    hasMoreWaiting: parked.length === most,
  };
}

function toWaitingRun(run: RunRow): WaitingRun {
  return { id: run.id, name: run.name, ...waitOf(run) };
}

function endOf({ wakeAt }: WaitingRun): number {
  return wakeAt ?? Number.POSITIVE_INFINITY;
}
