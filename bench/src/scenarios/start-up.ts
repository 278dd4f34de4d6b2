import { type Bench, count, fileIn, type Scenario, within } from '../bench.js';
import type { ChildReport } from '../children/child-protocol.js';
import { type ChildName, spawnChild } from '../children/spawn-child.js';
import type { ContenderName, Synchronous } from '../contenders/contender.js';
import { createTables } from '../fixtures/create-tables.js';
import { interleave } from '../measure/interleave.js';
import { median, medianRatio } from '../measure/statistics.js';
import { atMost, type Figure } from '../report/figure.js';

/** What each process does. */
interface Job {
  readonly runs: number;
  readonly steps: number;
  readonly rounds: number;
  readonly synchronous: Synchronous;
}

/** From the start of a process until its first handler is entered: modules, the file, the first commit. */
export const firstStep: Scenario = async (bench) => {
  const { rounds } = bench.sizes.start;
  const reports = await measure(bench, { runs: 1, steps: 1, rounds, synchronous: 'FULL' });
  const what = 'process start to first handler entered, tables there';
  return [describe({ scenario: 'first-step', what, mode: 'FULL', unit: 'ms', aim: 2 }, reports, 'firstStepMs')];
};

/** The most memory a process ever has: many short runs, and one long one. */
export const memory: Scenario = async (bench) => {
  const { rounds, runs, longSteps } = bench.sizes.memory;
  const { steps } = bench.sizes;
  const line = { scenario: 'memory', mode: 'NORMAL', unit: 'MiB', aim: 1.6 } as const;
  const short = await measure(bench, { runs, steps, rounds, synchronous: 'NORMAL' });
  const long = await measure(bench, { runs: 1, steps: longSteps, rounds, synchronous: 'NORMAL' });
  return [
    describe({ ...line, what: `peak memory of ${count(runs)} runs × ${steps} steps` }, short, 'peakMiB'),
    describe({ ...line, what: `peak memory of a run of ${count(longSteps)} steps` }, long, 'peakMiB'),
  ];
};

/** Who is compared: `raw` loads the engine's modules too, `bare` only its own. */
type Measured = Readonly<Record<'engine' | 'raw' | 'bare' | 'draft', readonly ChildReport[]>>;

/** The draft re-reads all steps before each: a run of more steps than this takes it minutes. */
const draftMaxSteps = 1000;

async function measure(bench: Bench, { runs, steps, rounds, synchronous }: Job): Promise<Measured> {
  const { warmUps } = bench.sizes.start;
  const inner = within(bench, `${runs}-${steps}`);
  const spawn = async (name: ChildName, tables: ContenderName) => {
    const path = fileIn(inner, name);
    await createTables(path, tables);
    return () => spawnChild(name, { path, synchronous, runs: { runs, steps, atATime: 1 } });
  };
  const ours = {
    engine: await spawn('engine', 'engine'),
    raw: await spawn('raw-same-modules', 'engine'),
    bare: await spawn('raw', 'engine'),
  };
  if (steps > draftMaxSteps) return { ...(await interleave(ours, { rounds, warmUps })), draft: [] };
  return interleave({ ...ours, draft: await spawn('draft', 'draft') }, { rounds, warmUps });
}

interface Line extends Pick<Figure, 'scenario' | 'what' | 'mode'> {
  readonly unit: string;
  /** At most so many times raw's with the same modules. */
  readonly aim: number;
}

function describe({ aim, unit, ...line }: Line, reports: Measured, field: keyof ChildReport): Figure {
  const read = (name: keyof Measured): readonly number[] => reports[name].map((report) => report[field]);
  const [engine, raw, bare, draft] = [read('engine'), read('raw'), read('bare'), read('draft')];
  return {
    ...line,
    rows: [
      { unit, values: { engine: median(engine), raw: median(raw), ...(draft.length > 0 && { draft: median(draft) }) } },
    ],
    ratios: [
      { of: 'of raw with the same modules', value: medianRatio(engine, raw), aim: atMost(aim) },
      { of: 'of raw with its own only', value: medianRatio(engine, bare), aim: null },
    ],
  };
}
