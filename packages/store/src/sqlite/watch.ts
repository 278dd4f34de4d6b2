import type { SqliteClient, SqliteStatement } from './client.js';
import { isClosed } from './driver-errors.js';

/** How often a watched file is asked whether another process wrote it. An ask costs some 2 µs, but waking up for it 100 µs. */
const pollMs = 10;
/** The same when so many asks in a row found nothing; what comes then still begins within 20 ms more often than not. */
const idlePollMs = 28;
const pollsUntilIdle = 100;

/**
 * Tells listeners of outsiders' commits: at once for this process, within `pollMs` for another, or `idlePollMs` after a
 * second without any.
 *
 * `PRAGMA data_version` changes when another connection commits (https://sqlite.org/pragma.html#pragma_data_version).
 * The timer runs only while somebody listens, and keeps no process alive.
 */
export class ChangeWatch {
  readonly #dataVersion: SqliteStatement;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #timerMs = 0;
  /** Polls since the last commit that was told of. */
  #quietPolls = 0;
  #version: unknown;

  constructor(client: SqliteClient) {
    this.#dataVersion = client.prepare('PRAGMA data_version');
  }

  add(listener: () => void): () => void {
    // A wrapper of its own: the same function added twice is two listeners.
    const entry = (): void => listener();
    this.#listeners.add(entry);
    if (this.#timer === null) {
      this.#version = this.#readVersion();
      this.#pollEvery(pollMs);
    }
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  /** Tells the listeners of a commit in this process. */
  notify(): void {
    this.#quietPolls = 0;
    if (this.#timerMs === idlePollMs) this.#pollEvery(pollMs);
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        // Neither the commit that is told of nor the other listeners may suffer: it surfaces as uncaught.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#timerMs = 0;
    this.#listeners.clear();
  }

  #pollEvery(ms: number): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#poll(), ms).unref();
    this.#timerMs = ms;
  }

  #poll(): void {
    const version = this.#readVersion();
    if (version === this.#version) return this.#noteQuiet();
    this.#version = version;
    this.notify();
  }

  #noteQuiet(): void {
    this.#quietPolls += 1;
    // A poll that found the connection closed has stopped the timer.
    if (this.#quietPolls === pollsUntilIdle && this.#timer !== null) this.#pollEvery(idlePollMs);
  }

  /** What cannot be read now is read at the next poll; on a connection its owner closed there is nothing more to see. */
  #readVersion(): unknown {
    try {
      const row = this.#dataVersion.get();
      return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
    } catch (error) {
      if (isClosed(error)) this.stop();
      return this.#version;
    }
  }
}
