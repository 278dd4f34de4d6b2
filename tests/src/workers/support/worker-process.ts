import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { ExecutorOptions, WorkOptions } from '@sisyphus-state/executor';
import type { ProcessIdentity } from '@sisyphus-state/schema';
import type { OpenStoreOptions } from '@sisyphus-state/store';
import { deadlineOf } from '../../support/deadline.js';

/** How a worker process is set up; all of it is plain data. */
export interface WorkerConfig {
  readonly location: string;
  /** The file that its handlers write to. */
  readonly log: string;
  readonly store?: Pick<OpenStoreOptions, 'durability' | 'busyMs' | 'poolSize'>;
  readonly executor: Pick<ExecutorOptions, 'leaseMs' | 'parkAfterMs' | 'abortGraceMs'> & { readonly worker: string };
  /** What it works on from the start; null: nothing until it is told. */
  readonly work: Omit<WorkOptions, 'onError'> | null;
  /** A file with what to add to the time, in milliseconds: the clock of all processes that are given it. */
  readonly clockFile?: string;
  /** Whom it takes itself for; then nobody's death can be proven by it. */
  readonly identity?: ProcessIdentity;
  /** Whether its figures say how late its event loop is. */
  readonly measuresLoop?: boolean;
}

/** What anybody in a worker process saw fail: a verb of the store, the worker's `onError`, or nobody (`uncaught`). */
export interface SeenError {
  readonly where: string;
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
}

export type WorkerEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

type Message = { readonly id?: number; readonly ok?: boolean; readonly value?: unknown; readonly error?: object };

// From the sources and from what `chaos` is built to: both lie three folders under the package.
const child = join(import.meta.dirname, '../../../src/workers/support/child.mjs');

/** A process that works on queues: see `child.mjs` for its verbs and events. */
export class WorkerProcess {
  readonly name: string;
  /** The signal that ended it, or null for an exit. */
  readonly ended: Promise<NodeJS.Signals | null>;
  readonly errors: SeenError[] = [];
  readonly #child: ChildProcess;
  readonly #onEvent: (event: WorkerEvent) => void;
  readonly #calls = new Map<number, (message: Message) => void>();
  #events: WorkerEvent[] = [];
  #waiting: { readonly event: string; readonly resolve: (event: WorkerEvent) => void }[] = [];
  #lastCall = 0;

  constructor(config: WorkerConfig, onEvent: (event: WorkerEvent) => void = () => undefined) {
    this.name = config.executor.worker;
    this.#onEvent = onEvent;
    this.#child = fork(child, [JSON.stringify(config)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.ended = new Promise((resolve) => this.#child.once('exit', (_code, signal) => resolve(signal)));
    this.#child.on('message', (message) => this.#receive(message as Message & WorkerEvent)); // child.mjs sends nothing else
  }

  /** Sends a signal and says when, in ms since the epoch. */
  signal(signal: NodeJS.Signals): number {
    const at = Date.now();
    this.#child.kill(signal);
    return at;
  }

  /** Calls a verb; rejects with the error as the child saw it, or when the process ends first. */
  call(verb: string, request: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = ++this.#lastCall;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#calls.set(id, ({ ok, value, error }) => {
        if (ok === true) resolve(value);
        else reject(Object.assign(new Error(`"${verb}" of ${this.name} failed`), error));
      });
    });
    // A process that is gone answers nothing; `ended` says so.
    this.#child.send({ id, verb, ...request }, () => undefined);
    return this.#whileAlive(`its answer to "${verb}"`, answer);
  }

  /** The next event of this name that was not taken yet, waited for with a deadline. */
  next(event: string): Promise<WorkerEvent> {
    const past = this.#events.find((each) => each.event === event);
    if (past !== undefined) {
      this.#events = this.#events.filter((each) => each !== past);
      return Promise.resolve(past);
    }
    const coming = new Promise<WorkerEvent>((resolve) => this.#waiting.push({ event, resolve }));
    return this.#whileAlive(`its event "${event}"`, coming);
  }

  #whileAlive<T>(what: string, coming: Promise<T>): Promise<T> {
    const death = this.ended.then((signal): never => {
      throw new Error(`${this.name} ended (${signal ?? 'exit'}) before ${what}.`);
    });
    const outcome = deadlineOf(`${what} of ${this.name}`, Promise.race([coming, death]));
    // What its test does not wait for ends with its process.
    outcome.catch(() => undefined);
    return outcome;
  }

  #receive(message: Message & WorkerEvent): void {
    if (message.id !== undefined) {
      this.#calls.get(message.id)?.(message);
      this.#calls.delete(message.id);
      return;
    }
    this.#onEvent(message);
    if (message.event === 'error') this.errors.push(message as unknown as SeenError); // as `report` of child.mjs says
    const waiting = this.#waiting.find(({ event }) => event === message.event);
    if (waiting === undefined) return void this.#events.push(message);
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
    waiting.resolve(message);
  }
}
