import { WorkflowExecutor } from '@sisyphus-state/executor';
import type { ProcessIdentity } from '@sisyphus-state/schema';
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

type Identity = { -readonly [Key in keyof ProcessIdentity]: ProcessIdentity[Key] };

/** What a world is made of. */
interface Parts {
  readonly clock: ManualClock;
  readonly processes: FakeProcesses;
  readonly identity: Identity;
  readonly between: Between;
  readonly client: ReturnType<typeof drizzle> & { readonly $client: Database.Database };
}

/** The real thing: a database that outlives its processes, one process after the other, and a clock that a test moves. */
export class RealWorld {
  readonly clock: ManualClock;
  /** For whoever only looks. */
  readonly store: WorkflowStore;
  /** Keys of what handlers were asked for, in order, by run. */
  readonly effects = new Map<string, string[]>();
  /** When each run was created, as the handlers know it. */
  readonly createdAt = new Map<string, number>();
  readonly #processes: FakeProcesses;
  readonly #identity: Identity;
  readonly #between: Between;
  readonly #client: Parts['client'];
  #lives = 0;
  #ids = 0;

  private constructor(store: WorkflowStore, { clock, processes, identity, between, client }: Parts) {
    this.store = store;
    this.clock = clock;
    this.#processes = processes;
    this.#identity = identity;
    this.#between = between;
    this.#client = client;
  }

  /** `template` is a database with all its tables, as `serialize` gives it. */
  static async open(template: Buffer, between: Between): Promise<RealWorld> {
    const [clock, processes] = [manualClock(), fakeProcesses()];
    // All processes have one store, for opening one takes longer than what most of them do: only who they are is their own.
    const identity: Identity = { ...processes.identityOf('nobody') };
    const client = drizzle({ client: new Database(template) });
    const options = { clock: clock.now, identity, isDead: processes.isDead, migrate: false };
    return new RealWorld(await openStore({ client }, options), { clock, processes, identity, between, client });
  }

  newId(): string {
    this.#ids += 1;
    return `01900000-0000-7000-8000-${this.#ids.toString(16).padStart(12, '0')}`;
  }

  /** Lets a process of its own do something, and ends it. */
  async live<T>(work: (executor: WorkflowExecutor) => Promise<T>): Promise<T> {
    const { process, end, name } = this.#begin();
    try {
      return await work(this.#executorOn(process.store, process.isDead, name));
    } finally {
      end();
    }
  }

  /** Lets a process do something until it dies at one of its writes; true when it did not live to see the end. */
  async die(point: CrashPoint, work: (executor: WorkflowExecutor) => Promise<unknown>): Promise<boolean> {
    const { process, end, name } = this.#begin();
    const crashing = crashAt(process.store, point);
    const executor = this.#executorOn(crashing, () => crashing.hasCrashed || process.isDead(), name);
    const done = work(executor).then(
      () => 'done',
      () => 'done',
    );
    const how = await Promise.race([done, crashing.crashed.then(() => 'crashed')]);
    end();
    // Of a dead process nothing settles: this only ends the timer of a worker in it.
    executor.stop().catch(() => undefined);
    return how === 'crashed';
  }

  async close(): Promise<void> {
    await this.store.close();
    this.#client.$client.close();
  }

  #begin() {
    this.#lives += 1;
    const name = `life-${this.#lives}`;
    Object.assign(this.#identity, this.#processes.identityOf(name));
    const process = mortal(this.store);
    const end = (): void => {
      process.die();
      this.#processes.kill(name);
    };
    return { process, end, name };
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
