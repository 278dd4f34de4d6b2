import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { deadlineOf } from './deadline.js';

/** What a call in a worker process gave: its value, or the error as plain data. */
export interface Answer {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly code?: string; readonly message: string } & Readonly<
    Record<string, unknown>
  >;
}

export type WorkerEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** A process that drives runs on a file: see `worker.mjs` for its verbs. */
export interface Worker {
  readonly pid: number;
  /** Calls a verb; rejects when the process ends before it answers. */
  call(verb: string, request?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** The next event of this name that was not taken yet, waited for with a deadline. */
  next(event: string): Promise<WorkerEvent>;
  signal(signal: NodeJS.Signals): void;
  /** The signal that ended it, or null for an exit. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

/** Starts worker processes; those still there after the test are killed. */
export function useWorkers(): () => Promise<Worker> {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  return async () => {
    const child = fork(fileURLToPath(new URL('./worker.mjs', import.meta.url)), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    started.push(child);
    const worker = new WorkerProcess(child);
    await worker.next('ready');
    return worker;
  };
}

interface Waiter {
  readonly event: string;
  readonly resolve: (event: WorkerEvent) => void;
}

class WorkerProcess implements Worker {
  readonly ended: Promise<NodeJS.Signals | null>;
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #events: WorkerEvent[] = [];
  #waiters: Waiter[] = [];
  #lastId = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    child.on('message', (message) => this.#receive(message as WorkerEvent & { id?: number })); // worker.mjs sends nothing else
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  call(verb: string, request: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const id = ++this.#lastId;
    const answer = new Promise<Answer>((resolve) => this.#answers.set(id, resolve));
    // A process that is gone answers nothing; `ended` says so.
    this.#child.send({ id, verb, ...request }, () => undefined);
    const death = this.ended.then((signal): never => {
      throw new Error(`The worker ended (${signal ?? 'exit'}) before it answered "${verb}".`);
    });
    const outcome = Promise.race([answer, death]);
    // A call that its test does not wait for ends with its process.
    outcome.catch(() => undefined);
    return outcome;
  }

  next(event: string): Promise<WorkerEvent> {
    const index = this.#events.findIndex((past) => past.event === event);
    const [past] = index === -1 ? [] : this.#events.splice(index, 1);
    if (past !== undefined) return Promise.resolve(past);
    return deadlineOf(`event "${event}" of a worker`, new Promise((resolve) => this.#waiters.push({ event, resolve })));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #receive(message: WorkerEvent & { readonly id?: number }): void {
    if (message.id !== undefined) {
      this.#answers.get(message.id)?.(message as unknown as Answer); // what answers a call is an Answer
      this.#answers.delete(message.id);
      return;
    }
    const waiter = this.#waiters.find(({ event }) => event === message.event);
    if (waiter === undefined) return void this.#events.push(message);
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    waiter.resolve(message);
  }
}
