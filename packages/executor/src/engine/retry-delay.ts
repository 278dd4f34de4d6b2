import type { RetryPolicy } from '../definition/plan.js';

/**
 * How long to wait before the next attempt, in whole milliseconds.
 *
 * Exponential from `backoffMs` by `factor` up to `maxBackoffMs`, varied as the policy says (`full`: anywhere up to it,
 * `equal`: its half and anything up to it; https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter);
 * never less than what the error itself asked for.
 */
export function retryDelay(policy: RetryPolicy, failures: number, retryAfterMs: number | null, random: number): number {
  // Finite even after hundreds of failures: no wait times infinity would be no number.
  const growth = Math.min(policy.factor ** (failures - 1), Number.MAX_VALUE);
  const exponential = Math.min(policy.maxBackoffMs, policy.backoffMs * growth);
  return Math.ceil(Math.max(exponential * share(policy.jitter, random), retryAfterMs ?? 0));
}

function share(jitter: RetryPolicy['jitter'], random: number): number {
  if (jitter === 'full') return random;
  return jitter === 'equal' ? 0.5 + random / 2 : 1;
}
