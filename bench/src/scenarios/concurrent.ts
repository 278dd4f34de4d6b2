import { count, type Scenario } from '../bench.js';
import { atLeast } from '../report/figure.js';
import { compareRates } from './compare-rates.js';

/** Short runs, many at a time; raw has only one way, one step after the other. */
export const concurrent: Scenario = (bench) => {
  const { steps } = bench.sizes;
  const { rounds, runs, atATime } = bench.sizes.concurrent;
  return compareRates(bench, {
    scenario: 'concurrent',
    what: `${count(rounds * runs)} runs × ${steps} steps, ${atATime} at a time`,
    rounds,
    steps: runs * steps,
    turn: (contender) => contender.runs({ runs, steps, atATime }),
    aims: { FULL: atLeast(5), NORMAL: null },
  });
};
