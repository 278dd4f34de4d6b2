import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { foreachWorkflow, itemsOf, sequentialWorkflow, workType } from '../workload.js';
import type { Contender, OpenContender, Synchronous } from './contender.js';
import { pool } from './pool.js';

/** How the engine calls SQLite's modes. */
export const durabilityOf = { FULL: 'power', NORMAL: 'process' } as const satisfies Record<Synchronous, string>;

/** This project: its store and its executor, used as an application uses them. */
export async function openEngine({ path, synchronous, work }: OpenContender): Promise<Contender> {
  const store = await openStore(path, { durability: durabilityOf[synchronous] });
  const executor = new WorkflowExecutor(store, { [workType]: work });
  return {
    runs: ({ runs, steps, atATime }) => pool(runs, atATime, () => executor.execute(sequentialWorkflow(steps))),
    foreach: async ({ items, atATime }) => {
      await executor.execute(foreachWorkflow(atATime), { items: itemsOf(items) });
    },
    close: () => store.close(),
  };
}
