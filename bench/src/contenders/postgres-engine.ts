import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { sequentialWorkflow, workType } from '../workload.js';
import type { OpenOnPostgres, Runner } from './contender.js';
import { pool } from './pool.js';

/** This project on PostgreSQL, used as an application uses it: with the store's own pool of ten connections. */
export async function openPostgresEngine({ url, work }: OpenOnPostgres): Promise<Runner> {
  const store = await openStore(url);
  const executor = new WorkflowExecutor(store, { [workType]: work });
  return {
    runs: ({ runs, steps, atATime }) => pool(runs, atATime, () => executor.execute(sequentialWorkflow(steps))),
    close: () => store.close(),
  };
}
