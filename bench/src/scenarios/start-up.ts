import { type Bench, count, fileIn, type Scenario } from '../bench.js';
import type { ChildReport } from '../children/child-protocol.js';
import { type ChildName, spawnChild } from '../children/spawn-child.js';
import { createTables } from '../fixtures/create-tables.js';
import { interleave } from '../measure/interleave.js';
import { median, medianRatio } from '../measure/statistics.js';
import { atMost, type Figure } from '../report/figure.js';

/** What each process does. */
interface Job {
  readonly runs: number;
  readonly steps: number;
  readonly rounds: number;
}

/** From the start of a process until its first handler is entered: modules, the file, the first commit. */
export const firstStep: Scenario = async (bench) => {
  const { rounds } = bench.sizes.start;
  const times = await measure(bench, { runs: 1, steps: 1, rounds }, ({ firstStepMs }) => firstStepMs);
  const what = 'process start to first handler entered, tables there';
  return [describe({ scenario: 'first-step', what, unit: 'ms', aim: 2 }, times)];
};

/** The most memory a process ever has: many short runs, and one long one. */
export const memory: Scenario = async (bench) => {
  const { rounds, runs, longSteps } = bench.sizes.memory;
  const { steps } = bench.sizes;
  const short = await measure(bench, { runs, steps, rounds }, ({ peakMiB }) => peakMiB);
  const long = await measure(bench, { runs: 1, steps: longSteps, rounds }, ({ peakMiB }) => peakMiB);
  const line = { scenario: 'memory', unit: 'MiB', aim: 1.6 } as const;
  return [
    describe({ ...line, what: `peak memory of ${count(runs)} runs × ${steps} steps` }, short),
    describe({ ...line, what: `peak memory of a run of ${count(longSteps)} steps` }, long),
  ];
};

type Measured = Readonly<Record<'engine' | 'raw' | 'bare' | 'draft', readonly number[]>>;

async function measure(bench: Bench, { runs, steps, rounds }: Job, read: (report: ChildReport) => number) {
  // …
}
