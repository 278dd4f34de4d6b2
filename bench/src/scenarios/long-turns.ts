import { v4 as uuidv4 } from 'uuid';
import { type Bench, fileIn } from '../bench.js';
import type { Synchronous } from '../contenders/contender.js';
import { draftStep } from '../contenders/draft.js';
import { DraftStore } from '../contenders/draft-store.js';
import { openEngine } from '../contenders/engine.js';
import { openRaw } from '../contenders/raw.js';
import { createTables } from '../fixtures/create-tables.js';
import { fillDraft } from '../fixtures/fill-draft.js';
import { type Windows, WindowWatch } from '../measure/window-watch.js';
import { stepKey, work } from '../workload.js';

/** A contender that runs one long run a turn. */
export interface Turns {
  readonly turn: () => Promise<Windows>;
  readonly close: () => Promise<void>;
}

/** Runs the whole run, and looks at its ends. */
export async function watchedTurns(
  bench: Bench,
  name: 'engine' | 'raw',
  synchronous: Synchronous,
  steps: number,
): Promise<Turns> {
  const { window } = bench.sizes.long;
  const watch = new WindowWatch(window);
  const path = fileIn(bench, name);
  await createTables(path, name);
  const open = { engine: openEngine, raw: openRaw }[name];
  const contender = await open({ path, synchronous, work: watch.work });
  // What is slow only because it is compiled for the first time must not make the first steps look slow.
  await contender.runs({ runs: 1, steps: 2 * window, atATime: 1 });
  return {
    turn: () => watch.watch(steps, () => contender.runs({ runs: 1, steps, atATime: 1 })),
    close: () => contender.close(),
  };
}

/** The draft reads all steps before each: between its first and its last steps the run is filled in one transaction. */
export function draftTurns(bench: Bench, synchronous: Synchronous, steps: number): Turns {
  const { window } = bench.sizes.long;
  const store = new DraftStore(fileIn(bench, 'draft'), synchronous);
  const turn = async (): Promise<Windows> => {
    const [runId, context] = [uuidv4(), {}];
    const drive = async (from: number, to: number): Promise<number> => {
      const began = performance.now();
      for (let index = from; index < to; index++)
        await draftStep(store, { runId, stepId: stepKey(index), context, work });
      return (performance.now() - began) / 1000;
    };
    store.addRun(runId, 'long', {});
    const firstSeconds = await drive(0, window);
    fillDraft(store, runId, window, steps - window);
    return { firstSeconds, lastSeconds: await drive(steps - window, steps) };
  };
  return {
    turn,
    close: async () => {
      store.db.close();
    },
  };
}
