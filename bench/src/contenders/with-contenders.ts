import { type Bench, fileIn } from '../bench.js';
import { createTables } from '../fixtures/create-tables.js';
import { type Work, work } from '../workload.js';
import { type Contender, type ContenderName, contenderNames, type Synchronous } from './contender.js';
import { openContender } from './open-contender.js';

/** All contenders, open. */
export type Contenders = Readonly<Record<ContenderName, Contender>>;

/** Opens all contenders, each on a new file of its own, for as long as `use` takes. */
export async function withContenders<T>(
  bench: Bench,
  synchronous: Synchronous,
  use: (contenders: Contenders) => Promise<T>,
  handlers: Readonly<Partial<Record<ContenderName, Work>>> = {},
): Promise<T> {
  const open = async (name: ContenderName): Promise<Contender> => {
    const path = fileIn(bench, `${name}-${synchronous}`);
    await createTables(path, name);
    return openContender[name]({ path, synchronous, work: handlers[name] ?? work });
  };
  const contenders = { engine: await open('engine'), raw: await open('raw'), draft: await open('draft') };
  try {
    return await use(contenders);
  } finally {
    for (const name of contenderNames) await contenders[name].close();
  }
}
