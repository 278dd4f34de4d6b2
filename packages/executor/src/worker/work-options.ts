import type { QueueRequest } from '@sisyphus-state/store';

/** What a worker works on. */
export interface WorkOptions {
  /** Which queues to take runs from, by name or with limits that hold across all workers; default `['default']`. */
  readonly queues?: readonly (string | QueueRequest)[];
  /** How many runs this worker drives at once; default 10. */
  readonly concurrency?: number;
  readonly namespace?: string;
  /**
   * Told of errors that the worker outlives (the database was away for a while); default a process warning.
   *
   * A run's own failure is none of them: it is recorded with the run.
   */
  readonly onError?: (error: Error) => void;
}

const defaultConcurrency = 10;

/** The queues as the store is asked for them; throws `RangeError` for limits that are no whole numbers from 1. */
export function queuesOf({ queues = ['default'] }: Pick<WorkOptions, 'queues'>): readonly QueueRequest[] {
  if (queues.length === 0) throw new RangeError('A worker needs at least one queue.');
  return queues.map((queue) => {
    const request = typeof queue === 'string' ? { name: queue } : queue;
    for (const limit of [request.concurrency, request.perKey])
      if (limit !== undefined && limit !== null) checkLimit(limit, `a limit of queue "${request.name}"`);
    return request;
  });
}

/** How many runs at once; throws `RangeError` unless it is a whole number from 1. */
export function concurrencyOf({ concurrency = defaultConcurrency }: Pick<WorkOptions, 'concurrency'>): number {
  return checkLimit(concurrency, '`concurrency`');
}

function checkLimit(limit: number, what: string): number {
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new RangeError(`${what} is ${limit}; it must be a whole number from 1.`);
}
