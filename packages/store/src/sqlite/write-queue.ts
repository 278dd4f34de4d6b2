import { StoreClosedError } from '../errors.js';
import type { SqliteClient, SqliteStatement } from './client.js';
import { isBusy, isFatal, translateError } from './driver-errors.js';

interface Entry {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

type Settlement = { readonly entry: Entry; readonly error?: unknown; readonly value?: unknown };

export interface WriteQueueOptions {
  readonly location: string;
  /** How long to go on asking for the write lock before `StoreBusyError`. */
  readonly busyMs: number;
}

/** A group larger than this would hold the lock, and the event loop, for too long. */
const maxGroup = 256;

/**
 * Group commit: all writes asked for in one turn of the event loop share one transaction, and each caller hears after it.
 *
 * A write that throws is undone alone (savepoint). A fault of the whole transaction (disk full, I/O) fails every write
 * of the group and keeps nothing. While another process has the write lock the queue waits without blocking the loop.
 */
export class WriteQueue {
  readonly #client: SqliteClient;
  readonly #options: WriteQueueOptions;
  readonly #statements: Record<'begin' | 'commit' | 'rollback' | 'save' | 'release' | 'undo', SqliteStatement>;
  #entries: Entry[] = [];
  #scheduled = false;
  #closed = false;
  #waitingSince: number | null = null;
  #idle: (() => void)[] = [];

  constructor(client: SqliteClient, options: WriteQueueOptions) {
    this.#client = client;
    this.#options = options;
    this.#statements = {
      begin: client.prepare('BEGIN IMMEDIATE'),
      commit: client.prepare('COMMIT'),
      rollback: client.prepare('ROLLBACK'),
      save: client.prepare('SAVEPOINT entry'),
      release: client.prepare('RELEASE entry'),
      undo: client.prepare('ROLLBACK TO entry'),
    };
  }

  /** Runs `work` inside the next transaction; it must be synchronous and safe to run again if the commit is refused. */
  enqueue<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreClosedError(`The store on ${this.#options.location} is closed.`));
    return new Promise<T>((resolve, reject) => {
      this.#entries.push({ work, resolve, reject });
      this.#schedule();
    });
  }

  /** Refuses new writes and waits for those in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#scheduled) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #schedule(delayMs = 0): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (delayMs === 0) setImmediate(() => this.#flush());
    else setTimeout(() => this.#flush(), delayMs);
  }

  #flush(): void {
    this.#scheduled = false;
    const group = this.#entries.length <= maxGroup ? this.#entries : this.#entries.slice(0, maxGroup);
    const outcome = this.#commit(group);
    if (outcome === 'busy') return this.#waitForLock();
    this.#waitingSince = null;
    this.#entries = this.#entries.length === group.length ? [] : this.#entries.slice(group.length);
    if (this.#entries.length > 0) this.#schedule();
    settle(outcome);
    this.#reportIdle();
  }

  #waitForLock(): void {
    const now = performance.now();
    this.#waitingSince ??= now;
    if (now - this.#waitingSince < this.#options.busyMs) return this.#schedule(1 + Math.random() * 9);
    this.#waitingSince = null;
    const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
    const error = translateError(busy, this.#options.location);
    const failed = this.#entries;
    this.#entries = [];
    for (const entry of failed) entry.reject(error);
    this.#reportIdle();
  }

  #reportIdle(): void {
    if (this.#scheduled) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #commit(group: readonly Entry[]): readonly Settlement[] | 'busy' {
    // A transaction that the owner of a shared connection left open: its end is awaited like a lock.
    if (this.#client.inTransaction) return 'busy';
    try {
      this.#statements.begin.run();
    } catch (error) {
      if (isBusy(error)) return 'busy';
      return this.#failAll(group, error);
    }
    try {
      const settlements = group.length === 1 ? this.#runAlone(group) : group.map((entry) => this.#runGuarded(entry));
      if (this.#client.inTransaction) this.#statements.commit.run();
      return settlements;
    } catch (error) {
      if (this.#client.inTransaction) this.#statements.rollback.run();
      return isBusy(error) ? 'busy' : this.#failAll(group, error);
    }
  }

  /** One write needs no savepoint: its own failure rolls the transaction back. */
  #runAlone(group: readonly Entry[]): readonly Settlement[] {
    return group.map((entry) => {
      try {
        return { entry, value: entry.work() };
      } catch (error) {
        if (isFatal(error)) throw error;
        this.#statements.rollback.run();
        return { entry, error: translateError(error, this.#options.location) };
      }
    });
  }

  #runGuarded(entry: Entry): Settlement {
    this.#statements.save.run();
    try {
      const value = entry.work();
      this.#statements.release.run();
      return { entry, value };
    } catch (error) {
      if (isFatal(error) || !this.#client.inTransaction) throw error;
      this.#statements.undo.run();
      this.#statements.release.run();
      return { entry, error: translateError(error, this.#options.location) };
    }
  }

  #failAll(group: readonly Entry[], error: unknown): readonly Settlement[] {
    const translated = translateError(error, this.#options.location);
    return group.map((entry) => ({ entry, error: translated }));
  }
}

function settle(settlements: readonly Settlement[]): void {
  for (const { entry, error, value } of settlements) {
    if (error !== undefined) entry.reject(error);
    // The entry's own work made the value.
    else entry.resolve(value as never);
  }
}
