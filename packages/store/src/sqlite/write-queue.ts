import { StoreClosedError } from '../errors.js';
import { readPragma, type SqliteClient, type SqliteStatement } from './client.js';
import { isBusy, isClosed, isFatal, translateError } from './driver-errors.js';

interface Entry {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  /** When it was first told to wait for the lock. */
  waitingSince: number | null;
}

type Settlement = { readonly entry: Entry } & ({ readonly value: unknown } | { readonly error: unknown });

/** What a write queue needs to know of its database. */
export interface WriteQueueOptions {
  readonly location: string;
  /** How long to go on asking for the write lock before `StoreBusyError`. */
  readonly busyMs: number;
  /** Given for a connection that is the caller's: its `busy_timeout` is this only during the queue's own transactions. */
  readonly borrowedTimeoutMs?: number;
  /** Called after each commit, outside any transaction; must not throw. */
  readonly onCommit?: () => void;
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
  #unfinished = false;
  #idle: (() => void)[] = [];

  constructor(client: SqliteClient, options: WriteQueueOptions) {
    this.#client = client;
    this.#options = options;
    this.#statements = {
      begin: client.prepare('BEGIN IMMEDIATE'),
      commit: client.prepare('COMMIT'),
      rollback: client.prepare('ROLLBACK'),
      save: client.prepare('SAVEPOINT sisyphus_entry'),
      release: client.prepare('RELEASE sisyphus_entry'),
      undo: client.prepare('ROLLBACK TO sisyphus_entry'),
    };
  }

  /** Runs `work` inside the next transaction; it must be synchronous and safe to run again if the commit is refused. */
  enqueue<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.checkOpen();
      this.#entries.push({ work, resolve, reject, waitingSince: null });
      this.#schedule();
    });
  }

  /** Runs `work` at once inside the transaction its caller has open on this connection: all of it, or nothing. */
  runInside<T>(work: () => T): T {
    this.checkOpen();
    const { location } = this.#options;
    if (!this.#client.inTransaction)
      throw new StoreClosedError(
        `The given transaction is not open on ${location}. Open it on this store's connection.`,
      );
    this.#statements.save.run();
    try {
      const value = work();
      this.#statements.release.run();
      return value;
    } catch (error) {
      if (this.#client.inTransaction) this.#undo();
      throw translateError(error, location);
    }
  }

  /** Throws when the store was closed. */
  checkOpen(): void {
    if (this.#closed) throw new StoreClosedError(`The store on ${this.#options.location} is closed.`);
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
    // A copy: the work of an entry may itself ask for a write, which then belongs to the next group.
    const group = this.#entries.slice(0, maxGroup);
    const outcome = this.#attempt(group);
    if (outcome === 'busy') return this.#waitForLock();
    this.#entries = this.#entries.slice(group.length);
    if (this.#entries.length > 0) this.#schedule();
    settle(outcome);
    this.#options.onCommit?.();
    this.#reportIdle();
  }

  #waitForLock(): void {
    const now = performance.now();
    const late: Entry[] = [];
    const waiting: Entry[] = [];
    for (const entry of this.#entries) {
      entry.waitingSince ??= now;
      (now - entry.waitingSince < this.#options.busyMs ? waiting : late).push(entry);
    }
    this.#entries = waiting;
    if (waiting.length > 0) this.#schedule(1 + Math.random() * 9);
    const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
    for (const entry of late) entry.reject(translateError(busy, this.#options.location));
    this.#reportIdle();
  }

  #reportIdle(): void {
    if (this.#scheduled) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Commits with a short timeout on a connection that is the caller's, and puts the caller's own back. */
  #attempt(group: readonly Entry[]): readonly Settlement[] | 'busy' {
    const { borrowedTimeoutMs } = this.#options;
    if (borrowedTimeoutMs === undefined) return this.#commit(group);
    const ownTimeoutMs = this.#exchangeTimeout(borrowedTimeoutMs);
    const outcome = this.#commit(group);
    if (ownTimeoutMs !== null) this.#exchangeTimeout(ownTimeoutMs);
    return outcome;
  }

  /** Sets `busy_timeout` and returns what it was; null on a connection that its owner has closed. */
  #exchangeTimeout(timeoutMs: unknown): unknown {
    try {
      const before = readPragma(this.#client, 'busy_timeout');
      readPragma(this.#client, `busy_timeout = ${timeoutMs}`);
      return before;
    } catch (error) {
      if (isClosed(error)) return null;
      throw error;
    }
  }

  #commit(group: readonly Entry[]): readonly Settlement[] | 'busy' {
    if (this.#unfinished) this.#rollback();
    // A transaction that the owner of a shared connection left open: its end is awaited like a lock.
    if (this.#client.inTransaction) return 'busy';
    try {
      this.#statements.begin.run();
    } catch (error) {
      return isBusy(error) ? 'busy' : this.#failAll(group, error);
    }
    try {
      const settlements = group.length === 1 ? this.#runAlone(group) : this.#runTogether(group);
      if (this.#client.inTransaction && !this.#unfinished) this.#statements.commit.run();
      return settlements;
    } catch (error) {
      this.#rollback();
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
        this.#rollback();
        return { entry, error: translateError(error, this.#options.location) };
      }
    });
  }

  /**
   * Savepoints cost more than they save as long as nothing is refused: they are set only when something was.
   *
   * Then all is undone and done again, each write guarded, which `enqueue` asks its callers to bear.
   */
  #runTogether(group: readonly Entry[]): readonly Settlement[] {
    try {
      return group.map((entry) => ({ entry, value: entry.work() }));
    } catch (error) {
      if (isFatal(error) || !this.#client.inTransaction) throw error;
      this.#statements.rollback.run();
      this.#statements.begin.run();
      return group.map((entry) => this.#runGuarded(entry));
    }
  }

  #runGuarded(entry: Entry): Settlement {
    this.#statements.save.run();
    try {
      const value = entry.work();
      this.#statements.release.run();
      return { entry, value };
    } catch (error) {
      if (isFatal(error) || !this.#client.inTransaction) throw error;
      this.#undo();
      return { entry, error: translateError(error, this.#options.location) };
    }
  }

  #undo(): void {
    this.#statements.undo.run();
    this.#statements.release.run();
  }

  /** The driver refuses it while somebody left a query on the connection half-read: then it is tried before the next group. */
  #rollback(): void {
    this.#unfinished = false;
    if (!this.#client.inTransaction) return;
    try {
      this.#statements.rollback.run();
    } catch {
      this.#unfinished = true;
    }
  }

  #failAll(group: readonly Entry[], error: unknown): readonly Settlement[] {
    const translated = translateError(error, this.#options.location);
    return group.map((entry) => ({ entry, error: translated }));
  }
}

function settle(settlements: readonly Settlement[]): void {
  for (const settlement of settlements) {
    if ('error' in settlement) settlement.entry.reject(settlement.error);
    // The entry's own work made the value.
    else settlement.entry.resolve(settlement.value as never);
  }
}
