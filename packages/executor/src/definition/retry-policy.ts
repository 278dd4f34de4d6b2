import type { Jitter, RetryDefinition } from './definition.js';
import { parseDuration } from './parse-duration.js';

/** How a failed attempt is tried again, every value filled in. */
export interface RetryPolicy {
  /** In all, the first one included. */
  readonly attempts: number;
  /** The wait before the second attempt. */
  readonly backoffMs: number;
  /** What each further wait is multiplied by. */
  readonly factor: number;
  readonly maxBackoffMs: number;
  readonly jitter: Jitter;
}

const DEFAULT_MAX_BACKOFF_MS = 30_000;

/**
 * Fills in what a step's `retry` leaves out.
 *
 * Without `retry` there is one attempt; with it, and nothing in it: three, after waits of up to 1 s, 2 s, … (`full` jitter,
 * factor 2), none over 30 s (or over `backoff`, when that is longer).
 */
export function retryPolicy(retry: RetryDefinition | undefined): RetryPolicy {
  const { attempts = 3, backoff = '1s', factor = 2, maxBackoff, jitter = 'full' } = retry ?? { attempts: 1 };
  const backoffMs = parseDuration(backoff);
  const maxBackoffMs =
    maxBackoff === undefined ? Math.max(DEFAULT_MAX_BACKOFF_MS, backoffMs) : parseDuration(maxBackoff);
  return { attempts, backoffMs, factor, maxBackoffMs, jitter };
}
