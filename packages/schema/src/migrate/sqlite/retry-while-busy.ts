import { isBusy } from './database.js';

const shortestPauseMs = 1;
const longestPauseMs = 50;

/**
 * Does the work again while SQLite says the database is busy, for at most `waitMs`; then throws what it said last.
 *
 * Blocks the thread between tries, so it is for opening a database only. It exists beside `busy_timeout` because
 * SQLite does not wait where it already holds a lock it would have to raise: `PRAGMA journal_mode = WAL` on a new file
 * is one such place, a `COMMIT` beside a reader outside WAL another. The work must be safe to do twice.
 */
export function retryWhileBusy<T>(work: () => T, waitMs: number): T {
  const deadline = performance.now() + waitMs;
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    pause(pauseMs);
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
