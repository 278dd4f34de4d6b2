import type { QueueRequest } from '@sisyphus-state/store';
import { UsageError } from '../errors/usage-error.js';
import type { QueueLimit } from './parse-options.js';

/** What `work` was told of queues. */
export interface QueueArguments {
  /** None: the queue `default`. */
  readonly queues: readonly string[];
  readonly limits: readonly QueueLimit[];
  readonly keyLimits: readonly QueueLimit[];
}

/** The queues to work on, with their limits. Throws `USAGE` for a limit of a queue that is none of them. */
export function queuesToWork({ queues, limits, keyLimits }: QueueArguments): readonly QueueRequest[] {
  const names = queues.length === 0 ? ['default'] : queues;
  refuseOthers(names, limits, '--limit');
  refuseOthers(names, keyLimits, '--key-limit');
  return names.map((name) => ({ name, concurrency: limitOf(limits, name), perKey: limitOf(keyLimits, name) }));
}

function limitOf(limits: readonly QueueLimit[], name: string): number | null {
  return limits.find(({ queue }) => queue === name)?.limit ?? null;
}

/** A limit that says nothing is most likely misspelt, and the queue that was meant has none. */
function refuseOthers(names: readonly string[], limits: readonly QueueLimit[], option: string): void {
  const stray = limits.find(({ queue }) => !names.includes(queue));
  if (stray === undefined) return;
  const { queue, limit } = stray;
  throw new UsageError(
    'USAGE',
    `${option} ${queue}=${limit} is for a queue that this worker does not work on (${names.join(', ')}). Add --queue ${queue}.`,
  );
}
