import { count, type Scenario, within } from '../bench.js';
import type { Figure } from '../report/figure.js';
import { compareRates } from './compare-rates.js';

/** One `foreach` a turn, item after item and many at a time; the draft runs as many sequential steps. */
export const foreach: Scenario = async (bench) => {
  const { rounds, items, atATime } = bench.sizes.foreach;
  const figures: Figure[] = [];
  for (const width of [1, atATime]) {
    const measured = await compareRates(within(bench, `${width}-at-a-time`), {
      scenario: 'foreach',
      what: `a foreach of ${count(items)}, ${width} at a time`,
      rounds,
      steps: items,
      turn: (contender) => contender.foreach({ items, atATime: width }),
      aims: { FULL: null, NORMAL: null },
    });
    figures.push(...measured);
  }
  return figures;
};
