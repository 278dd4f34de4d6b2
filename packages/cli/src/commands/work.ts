import { UsageError } from '../errors/usage-error.js';
import { loadModules, type ModuleNames } from '../input/load-modules.js';
import { withStore } from '../input/open-database.js';
import { type QueueArguments, queuesToWork } from '../input/work-queues.js';
import { driveWorker } from '../work/drive-worker.js';
import type { CommandContext } from './command.js';

/** Arguments of `work`. */
export interface WorkArguments extends QueueArguments, ModuleNames {
  /** How many runs at once. */
  readonly concurrency: number;
  /** Stop when nothing is due any more. */
  readonly untilIdle: boolean;
}

/** `sisyphus work`: takes due runs of some queues and drives them, until it is stopped or, if asked to, idle. */
export async function work(context: CommandContext, given: WorkArguments): Promise<number> {
  const { terminal, db, namespace, json } = context;
  const queues = queuesToWork(given);
  const modules = await loadModules(given, terminal.cwd);
  return withStore(db, terminal, async (store) => {
    if (!store.capabilities.durable)
      throw new UsageError(
        'USAGE',
        'Nobody can leave runs in a database in memory: give a worker a file, or a server.',
      );
    const { concurrency, untilIdle } = given;
    return driveWorker({ terminal, json, store, modules, namespace, queues, concurrency, untilIdle });
  });
}
