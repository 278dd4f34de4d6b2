import { count, type Scenario } from '../bench.js';
import { atLeast } from '../report/figure.js';
import { compareRates } from './compare-rates.js';

/** Short runs, one after the other. */
export const sequential: Scenario = (bench) => {
  const { steps } = bench.sizes;
  const { rounds, runs } = bench.sizes.sequential;
  return compareRates(bench, {
    scenario: 'sequential',
    what: `${count(rounds * runs)} runs × ${steps} steps, one at a time`,
    rounds,
    steps: runs * steps,
    turn: (contender) => contender.runs({ runs, steps, atATime: 1 }),
    aims: { FULL: atLeast(0.8), NORMAL: atLeast(0.6) },
  });
};
