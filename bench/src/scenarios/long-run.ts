import { v4 as uuidv4 } from 'uuid';
import { type Bench, count, fileIn, type Scenario, within } from '../bench.js';
import { type ContenderName, contenderNames, type Synchronous, synchronousModes } from '../contenders/contender.js';
import { draftStep } from '../contenders/draft.js';
import { DraftStore } from '../contenders/draft-store.js';
import { openEngine } from '../contenders/engine.js';
import { openRaw } from '../contenders/raw.js';
import { createTables } from '../fixtures/create-tables.js';
import { fillDraft } from '../fixtures/fill-draft.js';
import { interleave } from '../measure/interleave.js';
import { medianRatio } from '../measure/statistics.js';
import { WindowWatch, type Windows } from '../measure/window-watch.js';
import { atMost, type Figure, type Ratio } from '../report/figure.js';
import { byContender, medians } from '../report/rate-figure.js';
import { stepKey, work } from '../workload.js';

/** Long runs: whether a step costs more the more steps came before it. */
export const longRun: Scenario = async (bench) => {
  const figures: Figure[] = [];
  for (const { steps, rounds } of bench.sizes.long.runs) {
    for (const synchronous of synchronousModes) {
      const inner = within(bench, `${steps}-${synchronous}`);
      const windows = await measure(inner, steps, synchronous, rounds[synchronous]);
      figures.push(...describe(bench.sizes.long.window, steps, synchronous, windows));
    }
  }
  return figures;
};

type Measured = Readonly<Record<ContenderName, readonly Windows[]>>;

async function measure(bench: Bench, steps: number, synchronous: Synchronous, rounds: number): Promise<Measured> {
  const { window } = bench.sizes.long;
  const turns = {
    engine: await watchedTurns(bench, 'engine', synchronous, steps),
    raw: await watchedTurns(bench, 'raw', synchronous, steps),
    draft: draftTurns(fileIn(bench, 'draft'), synchronous, steps, window),
  };
  try {
    const { engine, raw, draft } = turns;
    return await interleave({ engine: engine.turn, raw: raw.turn, draft: draft.turn }, { rounds, warmUps: 0 });
  } finally {
    for (const name of contenderNames) await turns[name].close();
  }
}

interface Turns {
  readonly turn: () => Promise<Windows>;
  readonly close: () => Promise<void>;
}

async function watchedTurns(
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
function draftTurns(path: string, synchronous: Synchronous, steps: number, window: number): Turns {
  const store = new DraftStore(path, synchronous);
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

function describe(window: number, steps: number, synchronous: Synchronous, windows: Measured): readonly Figure[] {
  const figure = (which: 'first' | 'last', seconds: keyof Windows, ratios: readonly Ratio[]): Figure => ({
    scenario: 'long',
    what: `${which} ${window} of a run of ${count(steps)} steps`,
    synchronous,
    unit: 'steps/s',
    values: medians(byContender(windows, (measured) => window / measured[seconds])),
    cpuMicros: null,
    ratios,
  });
  const slowdown = (name: ContenderName): number =>
    medianRatio(
      windows[name].map(({ lastSeconds }) => lastSeconds),
      windows[name].map(({ firstSeconds }) => firstSeconds),
    );
  return [
    figure('first', 'firstSeconds', []),
    figure('last', 'lastSeconds', [
      { of: `of the time of the first ${window}`, value: slowdown('engine'), aim: atMost(1.25) },
      { of: 'raw', value: slowdown('raw'), aim: null },
      { of: 'the draft', value: slowdown('draft'), aim: null },
    ]),
  ];
}
