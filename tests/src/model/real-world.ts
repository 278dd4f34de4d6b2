import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import {
  type CrashPoint,
  crashAt,
  type FakeProcesses,
  fakeProcesses,
  type ManualClock,
  manualClock,
} from '@sisyphus-state/testing';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { mortal } from '../crash/mortal.js';
import { effectsOn, handlersOf } from './effects.js';
import { flowAsCode } from './flow-as-code.js';

/** What a mutant puts between the engine and its store. */
export type Between = (store: WorkflowStore) => WorkflowStore;

/** The real thing: a database that outlives its processes, one process after the other, and a clock that a test moves. */
export class RealWorld {
  readonly clock: ManualClock = manualClock();
  /** Keys of what handlers were asked for, in order, by run. */
  readonly effects = new Map<string, string[]>();
  /** When each run was created, as the handlers know it. */
  readonly createdAt = new Map<string, number>();
  readonly #database: Database.Database;
  readonly #processes: FakeProcesses = fakeProcesses();
  readonly #between: Between;
  #lives = 0;
  #ids = 0;

  /** `template` is a database with all its tables, as `serialize` gives it. */
  constructor(template: Buffer, between: Between) {
    this.#database = new Database(template);
    this.#between = between;
  }

  newId(): string {
    this.#ids += 1;
    return `01900000-0000-7000-8000-${this.#ids.toString(16).padStart(12, '0')}`;
  }

  /** Lets a process of its own do something, and ends it. */
  async live<T>(work: (executor: WorkflowExecutor, store: WorkflowStore) => Promise<T>): Promise<T> {
    const { store, name } = await this.#open();
    try {
      return await work(
        this.#executorOn(store, () => false, name),
        store,
      );
    } finally {
      await store.close();
      this.#processes.kill(name);
    }
  }

  /** Lets a process do something until it dies at one of its writes; true when it did not live to see the end. */
  async die(point: CrashPoint, work: (executor: WorkflowExecutor) => Promise<unknown>): Promise<boolean> {
    const { store, name } = await this.#open();
    const process = mortal(store);
    const crashing = crashAt(process.store, point);
    const executor = this.#executorOn(crashing, () => crashing.hasCrashed, name);
    const done = work(executor).then(
      () => 'done',
      () => 'done',
    );
    const end = await Promise.race([done, crashing.crashed.then(() => 'crashed')]);
    process.die();
    this.#processes.kill(name);
    await store.close();
    return end === 'crashed';
  }

  close(): void {
    this.#database.close();
  }

  async #open(): Promise<{ readonly store: WorkflowStore; readonly name: string }> {
    this.#lives += 1;
    const name = `life-${this.#lives}`;
    const identity = this.#processes.identityOf(name);
    const client = drizzle({ client: this.#database });
    const options = { clock: this.clock.now, identity, isDead: this.#processes.isDead, migrate: false };
    return { store: await openStore({ client }, options), name };
  }

  #executorOn(store: WorkflowStore, isOver: () => boolean, worker: string): WorkflowExecutor {
    const effects = effectsOn({
      isOver,
      note: (runId, key) => void this.effects.set(runId, [...(this.effects.get(runId) ?? []), key]),
      ageOf: (runId) => this.clock.now() - (this.createdAt.get(runId) ?? 0),
    });
    const settings = { worker, parkAfterMs: 1, leaseMs: 600_000, workflows: [flowAsCode(effects)] };
    return new WorkflowExecutor(this.#between(store), [...handlersOf(effects)], settings);
  }
}

/** A database with all its tables, to make worlds of. */
export async function makeTemplate(): Promise<Buffer> {
  const database = new Database(':memory:');
  await (await openStore({ client: drizzle({ client: database }) })).close();
  const template = database.serialize();
  database.close();
  return template;
}
