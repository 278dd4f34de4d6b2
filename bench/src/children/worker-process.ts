import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerOrder, WorkerReport, WorkerSetup } from './worker-protocol.js';

/** A process that works on the runs of one database when it is told to. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly #listeners = new Set<(report: WorkerReport) => void>();

  private constructor(setup: WorkerSetup) {
    const script = fileURLToPath(new URL('./worker.js', import.meta.url));
    this.#child = fork(script, [JSON.stringify(setup)]);
    this.#exit = once(this.#child, 'exit');
    this.#child.on('message', (report) => {
      // worker.js sends nothing else.
      for (const listener of [...this.#listeners]) listener(report as WorkerReport);
    });
  }

  /** Starts a process and waits until its store is open. */
  static async start(setup: WorkerSetup): Promise<WorkerProcess> {
    const started = new WorkerProcess(setup);
    await started.next((report) => report.event === 'ready' || undefined);
    return started;
  }

  /** Begins to work. */
  work(concurrency: number): Promise<true> {
    return this.#order({ verb: 'work', concurrency }, (report) => report.event === 'working' || undefined);
  }

  /** Stops to work; the process goes on. */
  stop(): Promise<true> {
    return this.#order({ verb: 'stop' }, (report) => report.event === 'stopped' || undefined);
  }

  /** The share of a core that it uses in so many milliseconds. */
  measure(ms: number): Promise<number> {
    return this.#order({ verb: 'measure', ms }, (report) => (report.event === 'measured' ? report.share : undefined));
  }

  /** Waits for a report from which `pick` takes something; rejects when the process ends before. */
  async next<T>(pick: (report: WorkerReport) => T | undefined): Promise<T> {
    let stopListening = (): void => undefined;
    const picked = new Promise<T>((resolve) => {
      stopListening = this.listen((report) => {
        const value = pick(report);
        if (value !== undefined) resolve(value);
      });
    });
    try {
      return await this.whileAlive(picked);
    } finally {
      stopListening();
    }
  }

  /** Calls a listener with every report until the function it returns is called. */
  listen(listener: (report: WorkerReport) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What is waited for, or a rejection when the process ends before. */
  whileAlive<T>(coming: Promise<T>): Promise<T> {
    const ended = this.#exit.then((): never => {
      throw new Error('A worker process ended while it was needed.');
    });
    return Promise.race([coming, ended]);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exit;
  }

  #order<T>(order: WorkerOrder, pick: (report: WorkerReport) => T | undefined): Promise<T> {
    const answer = this.next(pick);
    this.#child.send(order);
    return answer;
  }
}
