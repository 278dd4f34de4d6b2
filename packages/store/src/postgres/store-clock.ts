/** The store's clock: PostgreSQL's own, or the one a test gave. Instants are whole milliseconds. */
export interface StoreClock {
  /** The instant now, as well as it is known without asking the server. */
  now(): number;
  /** How far `now()` may be off before the server refuses to use it; null when it is right by definition. */
  readonly toleranceMs: number | null;
  /** What is the instant, given the server's answer to the question; also corrects `now()`. */
  settle(serverNow: number): number;
}

/** Far more than a round trip, far less than anything that is timed by leases and timers. */
const toleranceMs = 1000;

/** SQL for the server's clock in whole milliseconds since the epoch. */
export const serverNow = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/**
 * Keeps PostgreSQL's clock in mind, so that a commit needs no round trip only to ask for the time.
 *
 * Every answer that carries the server's time sets it anew. The server compares what it is sent with its own clock: a
 * guess that is off (this process slept, or the server's clock was set) is refused, and the time is asked for.
 */
export function createServerClock(monotonicNow: () => number = () => performance.now()): StoreClock {
  let offset = Number.NaN;
  return {
    now: () => Math.floor(offset + monotonicNow()) || 0,
    toleranceMs,
    settle: (serverTime) => {
      offset = serverTime - monotonicNow();
      return serverTime;
    },
  };
}

/** A clock that a test moves. */
export function createGivenClock(clock: () => number): StoreClock {
  const now = () => Math.trunc(clock());
  return { now, toleranceMs: null, settle: now };
}
