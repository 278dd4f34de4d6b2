import { type Bench, count, type Scenario, within } from '../bench.js';
import { type ContenderName, contenderNames, type Synchronous, synchronousModes } from '../contenders/contender.js';
import { interleave } from '../measure/interleave.js';
import { medianRatio } from '../measure/statistics.js';
import type { Windows } from '../measure/window-watch.js';
import { atMost, type Figure } from '../report/figure.js';
import { byContender, medians } from '../report/rate-figure.js';
import { draftTurns, watchedTurns } from './long-turns.js';

/** Long runs: whether a step costs more the more steps came before it. */
export const longRun: Scenario = async (bench) => {
  const figures: Figure[] = [];
  for (const { steps, rounds } of bench.sizes.long.runs) {
    for (const synchronous of synchronousModes) {
      const inner = within(bench, `${steps}-${synchronous}`);
      const windows = await measure(inner, steps, synchronous, rounds[synchronous]);
      figures.push(describe(bench.sizes.long.window, steps, synchronous, windows));
    }
  }
  return figures;
};

type Measured = Readonly<Record<ContenderName, readonly Windows[]>>;

async function measure(bench: Bench, steps: number, synchronous: Synchronous, rounds: number): Promise<Measured> {
  const turns = {
    engine: await watchedTurns(bench, 'engine', synchronous, steps),
    raw: await watchedTurns(bench, 'raw', synchronous, steps),
    draft: draftTurns(bench, synchronous, steps),
  };
  try {
    const { engine, raw, draft } = turns;
    return await interleave({ engine: engine.turn, raw: raw.turn, draft: draft.turn }, { rounds, warmUps: 0 });
  } finally {
    for (const name of contenderNames) await turns[name].close();
  }
}

function describe(window: number, steps: number, synchronous: Synchronous, windows: Measured): Figure {
  const rates = (seconds: keyof Windows) => medians(byContender(windows, (measured) => window / measured[seconds]));
  const slowdown = (name: ContenderName): number =>
    medianRatio(
      windows[name].map(({ lastSeconds }) => lastSeconds),
      windows[name].map(({ firstSeconds }) => firstSeconds),
    );
  return {
    scenario: 'long',
    what: `one run of ${count(steps)} steps`,
    mode: synchronous,
    rows: [
      { unit: `first ${window}, steps/s`, values: rates('firstSeconds') },
      { unit: `last ${window}, steps/s`, values: rates('lastSeconds') },
    ],
    ratios: [
      { of: `of the first ${window}'s time`, value: slowdown('engine'), aim: atMost(1.25) },
      { of: 'raw: the same', value: slowdown('raw'), aim: null },
      { of: 'the draft: the same', value: slowdown('draft'), aim: null },
    ],
  };
}
