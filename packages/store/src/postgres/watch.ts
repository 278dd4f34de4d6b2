import type { PgConnection, PgPool } from './client.js';

/** How `ChangeWatch` waits; the defaults are for real life, tests give their own. */
export interface WatchOptions {
  /** How often listeners are called while no connection listens. */
  readonly pollMs?: number;
  /** How often they are called all the same while one does: what a pooler in between may swallow. */
  readonly safetyMs?: number;
  /** False where the pool has no connection to spare: then it only polls. Default true. */
  readonly mayListen?: boolean;
}

const defaultPollMs = 250;
const defaultSafetyMs = 5000;

/**
 * Tells listeners of outsiders' commits, through `LISTEN` on a connection of its own.
 *
 * While that connection is lost, or can't be had, listeners are called every `pollMs` without knowing of anything, and it
 * is asked for again; when it is back they are called once more, because notices in between are gone. Neither connection
 * nor timer keeps a process alive, and both are there only while somebody listens.
 */
export class ChangeWatch {
  readonly #pool: PgPool;
  readonly #channel: string;
  readonly #pollMs: number;
  readonly #safetyMs: number;
  readonly #mayListen: boolean;
  readonly #listeners = new Set<() => void>();
  #connection: PgConnection | null = null;
  #isConnecting = false;
  #timer: NodeJS.Timeout | null = null;
  #isTold = false;

  constructor(pool: PgPool, channel: string, options: WatchOptions = {}) {
    this.#pool = pool;
    this.#channel = channel;
    this.#pollMs = options.pollMs ?? defaultPollMs;
    this.#safetyMs = options.safetyMs ?? defaultSafetyMs;
    this.#mayListen = options.mayListen ?? true;
  }

  add(listener: () => void): () => void {
    // A wrapper of its own: the same function added twice is two listeners.
    const entry = (): void => listener();
    this.#listeners.add(entry);
    if (this.#listeners.size === 1) this.#start();
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
    this.#listeners.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#drop();
  }

  #start(): void {
    void this.#connect();
    this.#schedule();
  }

  /** One timer for both paces: it is set anew for whichever holds now. */
  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const ms = this.#connection === null ? this.#pollMs : this.#safetyMs;
    this.#timer = setTimeout(() => {
      this.notify();
      if (this.#listeners.size === 0) return;
      if (this.#connection === null) void this.#connect();
      this.#schedule();
    }, ms).unref();
  }

  async #connect(): Promise<void> {
    if (!this.#mayListen || this.#isConnecting || this.#connection !== null) return;
    this.#isConnecting = true;
    try {
      const connection = await this.#pool.connect();
      try {
        await connection.query(`LISTEN "${this.#channel}"`);
      } catch (error) {
        connection.release(true);
        throw error;
      }
      this.#adopt(connection);
    } catch {
      // The next poll asks again; until then polling is what there is.
    } finally {
      this.#isConnecting = false;
    }
  }

  #adopt(connection: PgConnection): void {
    // Everybody may have stopped listening while the connection came about.
    if (this.#listeners.size === 0) return connection.release(true);
    this.#connection = connection;
    connection.on('notification', this.#onNotice);
    connection.on('error', this.#onLoss);
    connection.unref?.();
    this.#schedule();
    this.notify();
  }

  readonly #onNotice = ({ channel }: { readonly channel: string }): void => {
    if (channel !== this.#channel || this.#isTold) return;
    // A burst of commits comes in one read of the socket: one call tells of all of them.
    this.#isTold = true;
    setImmediate(() => {
      this.#isTold = false;
      this.notify();
    });
  };

  readonly #onLoss = (): void => {
    this.#drop();
    if (this.#listeners.size > 0) this.#schedule();
  };

  /** Closed, not given back: it would go on listening. */
  #drop(): void {
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    connection.off('notification', this.#onNotice);
    connection.off('error', this.#onLoss);
    connection.release(true);
  }
}
