import { join } from 'node:path';
import { type OpenStoreOptions, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { readWorkLines, type WorkLine } from './work-line.js';
import { type SeenError, type WorkerConfig, type WorkerEvent, WorkerProcess } from './worker-process.js';

/** What may be told of a new worker; the rest is the world's. */
export interface NewWorker extends Partial<Omit<WorkerConfig, 'location' | 'log' | 'executor'>> {
  readonly executor?: Omit<WorkerConfig['executor'], 'worker'>;
  /** Told of all its events, beside those who wait for them. */
  readonly onEvent?: (event: WorkerEvent) => void;
  /** Another way to the same database. */
  readonly location?: string;
}

/** A database, the file that handlers write to, and all processes and stores that a test has on them. */
export class World {
  readonly dialect: 'sqlite' | 'postgres';
  readonly location: string;
  readonly folder: string;
  readonly log: string;
  readonly #store: WorkerConfig['store'];
  readonly #workers: WorkerProcess[] = [];
  readonly #stores: WorkflowStore[] = [];

  /** `folder` is empty and outlives the world; `store` is how all its stores are opened. */
  constructor(location: string, folder: string, store: WorkerConfig['store'] = { durability: 'process' }) {
    this.location = location;
    this.folder = folder;
    this.dialect = location.startsWith('postgres') ? 'postgres' : 'sqlite';
    this.log = join(folder, 'work.log');
    this.#store = store;
  }

  /** Opens a store in this process; the first makes the tables. */
  async open(options: OpenStoreOptions = {}): Promise<WorkflowStore> {
    const store = await openStore(this.location, { ...this.#store, migrate: true, ...options });
    this.#stores.push(store);
    return store;
  }

  /** Starts a worker process on queue `default`, ten runs at once unless told otherwise. */
  start({ executor, onEvent, ...others }: NewWorker = {}): WorkerProcess {
    const worker = `worker-${this.#workers.length + 1}`;
    const { location, log } = this;
    const config = { location, log, store: this.#store, work: {}, ...others, executor: { ...executor, worker } };
    const started = new WorkerProcess(config, onEvent);
    this.#workers.push(started);
    return started;
  }

  /** As `start`, and waits until it works. */
  async startAndWait(worker: NewWorker = {}): Promise<WorkerProcess> {
    const started = this.start(worker);
    await started.next('ready');
    return started;
  }

  /** What the handlers wrote so far. */
  get lines(): readonly WorkLine[] {
    return readWorkLines(this.log);
  }

  /** Everything that failed in any of the processes so far. */
  get errors(): readonly (SeenError & { readonly worker: string })[] {
    return this.#workers.flatMap(({ name, errors }) => errors.map((error) => ({ worker: name, ...error })));
  }

  /** Ends all processes and closes all stores. */
  async close(): Promise<void> {
    for (const worker of this.#workers) {
      worker.signal('SIGKILL');
      await worker.ended;
    }
    for (const store of this.#stores) await store.close();
  }
}
