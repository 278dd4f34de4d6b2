import { type CodeWorkflow, type ExecutorOptions, WorkflowExecutor } from '@sisyphus-state/executor';
import { type OpenStoreOptions, openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { fakeProcesses } from '@sisyphus-state/testing';
import { afterEach, expect } from 'vitest';
import type { DatabaseKind } from '../../crash/databases.js';

/** Processes on one database, each with a store of its own, that run workflows as code. */
export interface CodeWorld {
  /** A process: gives its executor; `options` beside what every test has. */
  process(workflows: readonly CodeWorkflow[], options?: ExecutorOptions): Promise<WorkflowExecutor>;
  /** Another view on the database. */
  store(): Promise<WorkflowStore>;
  /** Ends the last process as `kill -9` would: nothing it does counts any more, and others see that it is dead. */
  kill(): Promise<void>;
  /** `key status attempts` of each step, in the order of their beginning. */
  steps(runId: string): Promise<readonly string[]>;
  /** Compares the run's log with its tables. */
  verify(runId: string): Promise<void>;
  /** How often a process has read what outsiders put in for a run. */
  readonly mailReads: () => number;
  readonly location: () => Promise<string>;
}

/** Gives each test a world on a database of its own. */
export function useCodeWorlds({ useDatabases }: DatabaseKind): () => CodeWorld {
  const database = useDatabases();
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return () => {
    let location: Promise<string> | null = null;
    const place = (): Promise<string> => (location ??= database());
    const processes = fakeProcesses();
    const killed = new Set<string>();
    let count = 0;
    let mailReads = 0;
    let last: { readonly name: string; readonly end: () => Promise<unknown> } | null = null;
    const open = async (options: OpenStoreOptions = {}): Promise<WorkflowStore> => {
      const store = await openStore(await place(), { durability: 'process', ...options });
      ends.push(() => store.close());
      return store;
    };
    return {
      location: place,
      mailReads: () => mailReads,
      store: () => open(),
      process: async (workflows, options = {}) => {
        count += 1;
        const name = `process-${count}`;
        const store = await open({ identity: processes.identityOf(name), isDead: processes.isDead });
        const listening: WorkflowStore = {
          ...store,
          readMail: async (runId) => {
            const mail = await store.readMail(runId);
            mailReads += 1;
            return mail;
          },
        };
        const executor = new WorkflowExecutor(listening, [], { worker: name, workflows, ...options });
        last = { name, end: () => store.close() };
        // A killed process is left as it is: nobody waits for what it was at.
        ends.push(async () => (killed.has(name) ? undefined : executor.interrupt()));
        return executor;
      },
      kill: async () => {
        if (last === null) throw new Error('No process was started.');
        killed.add(last.name);
        processes.kill(last.name);
        await last.end();
      },
      steps: async (runId) =>
        (await (await open()).readSteps(runId)).map(
          ({ stepKey, status, attempts }) => `${stepKey} ${status} ${attempts}`,
        ),
      verify: async (runId) => {
        const store = await open();
        const [run, steps, events] = await Promise.all([
          store.readRun(runId),
          store.readSteps(runId),
          store.readEvents(runId),
        ]);
        if (run === null) throw new Error(`There is no run ${runId}.`);
        expect(verifyRun({ run, steps, events })).toEqual([]);
      },
    };
  };
}
