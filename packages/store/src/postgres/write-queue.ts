import { StoreClosedError } from '../errors.js';

/** What became of an entry of a batch: its value, its error, or that it must be tried alone. */
export type Outcome<V> = { readonly value: V } | { readonly error: unknown } | 'alone';

/** How a queue carries its entries out. */
export interface WriteQueueOptions<E, V> {
  readonly location: string;
  /** Commits entries of different runs together; what it throws is the error of all of them. */
  readonly together: (entries: readonly E[]) => Promise<readonly Outcome<V>[]>;
  /** Commits one entry in a transaction of its own. */
  readonly alone: (entry: E) => Promise<V>;
  /** How many batches may be under way; while they are, later entries gather for the next one. */
  readonly maxFlights: number;
  /** How many writes of the other kind may be under way: the rest of the connections is for batches and reads. */
  readonly maxAlone: number;
}

/** A write: an entry for a batch, which is of one run, or work of its own on any number of runs. */
interface Item<E> {
  readonly runIds: readonly string[];
  /** On how many of its runs it is not first yet. */
  behind: number;
  readonly entry: E | null;
  readonly work: () => Promise<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** A statement with more entries than this would take too long for those who wait for one. */
const maxGroup = 256;

/**
 * Orders the writes of this process: those on one run one after the other, as they were asked for; those on different
 * runs at once, and the entries among them in batches, all that came in one turn of the event loop in one statement.
 */
export class WriteQueue<E, V> {
  readonly #options: WriteQueueOptions<E, V>;
  /** Per run its writes in order; the first is under way or ready. */
  readonly #lanes = new Map<string, Item<E>[]>();
  /** Entries whose turn it is on their run. */
  #ready: Item<E>[] = [];
  /** Other writes whose turn it is on their run. */
  readonly #waiting: Item<E>[] = [];
  #flights = 0;
  #alone = 0;
  #outside = 0;
  #scheduled = false;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: WriteQueueOptions<E, V>) {
    this.#options = options;
  }

  /** Commits an entry in the next batch. */
  enqueue(runId: string, entry: E): Promise<V> {
    return this.#add([runId], entry, () => this.#options.alone(entry));
  }

  /** Does work of its own on runs when all that was asked for before on them is done. */
  exclusively<T>(runIds: readonly string[], work: () => Promise<T>): Promise<T> {
    if (runIds.length === 0) return this.outside(work);
    return this.#add([...new Set(runIds)], null, work);
  }

  /** Does work that needs no order; `close` waits for it. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.checkOpen();
    this.#outside++;
    try {
      return await work();
    } finally {
      this.#outside--;
      this.#reportIdle();
    }
  }

  /** Throws when the store was closed. */
  checkOpen(): void {
    if (this.#closed) throw new StoreClosedError(`The store on ${this.#options.location} is closed.`);
  }

  /** Refuses new writes and waits for those in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    if (!this.#isIdle()) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #add<T>(runIds: readonly string[], entry: E | null, work: () => Promise<unknown>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.checkOpen();
      const item: Item<E> = { runIds, behind: 0, entry, work, resolve, reject };
      // On all its runs at once, so that two writes never wait for each other.
      for (const runId of runIds) {
        const lane = this.#lanes.get(runId);
        if (lane === undefined) this.#lanes.set(runId, [item]);
        else item.behind = lane.push(item) > 1 ? item.behind + 1 : item.behind;
      }
      if (item.behind === 0) this.#start(item);
    });
  }

  #start(item: Item<E>): void {
    if (item.entry === null) return this.#startAlone(item);
    this.#ready.push(item);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#ready.length === 0 || this.#flights >= this.#options.maxFlights) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const group = this.#ready.slice(0, maxGroup);
      this.#ready = this.#ready.slice(group.length);
      void this.#fly(group);
      this.#schedule();
    });
  }

  async #fly(group: readonly Item<E>[]): Promise<void> {
    this.#flights++;
    const entries = group.flatMap(({ entry }) => (entry === null ? [] : [entry]));
    const outcomes = await this.#options.together(entries).catch((error: unknown) => group.map(() => ({ error })));
    this.#flights--;
    for (const [index, item] of group.entries()) this.#settle(item, outcomes[index] ?? 'alone');
    this.#schedule();
    this.#reportIdle();
  }

  #settle(item: Item<E>, outcome: Outcome<V>): void {
    if (outcome === 'alone') return this.#startAlone(item);
    if ('error' in outcome) item.reject(outcome.error);
    // The item's own entry made the value.
    else item.resolve(outcome.value as never);
    this.#advance(item);
  }

  #startAlone(item: Item<E>): void {
    this.#waiting.push(item);
    this.#startWaiting();
  }

  #startWaiting(): void {
    while (this.#alone < this.#options.maxAlone) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      void this.#doAlone(item);
    }
  }

  async #doAlone(item: Item<E>): Promise<void> {
    this.#alone++;
    try {
      // The item's own work made the value.
      item.resolve((await item.work()) as never);
    } catch (error) {
      item.reject(error);
    }
    this.#alone--;
    this.#advance(item);
    this.#startWaiting();
    this.#reportIdle();
  }

  #advance({ runIds }: Item<E>): void {
    for (const runId of runIds) {
      const lane = this.#lanes.get(runId);
      lane?.shift();
      const next = lane?.[0];
      if (next === undefined) this.#lanes.delete(runId);
      else if (--next.behind <= 0) this.#start(next);
    }
  }

  #isIdle(): boolean {
    return this.#lanes.size === 0 && this.#outside === 0;
  }

  #reportIdle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
