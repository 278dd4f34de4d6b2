import type { SqliteClient, SqliteStatement } from './client.js';
import { isClosed } from './driver-errors.js';

/** How often a watched file is asked whether another process wrote it; one ask costs some 2 µs. */
const pollMs = 10;

/**
 * Tells listeners of outsiders' commits: at once for this process, within `pollMs` for another.
 *
 * `PRAGMA data_version` changes when another connection commits (https://sqlite.org/pragma.html#pragma_data_version).
 * The timer runs only while somebody listens, and keeps no process alive.
 */
export class ChangeWatch {
  readonly #dataVersion: SqliteStatement;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
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
      this.#timer = setInterval(() => this.#poll(), pollMs).unref();
    }
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  /** Tells the listeners of a commit in this process. */
  notify(): void {
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
    this.#listeners.clear();
  }

  #poll(): void {
    const version = this.#readVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.notify();
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
