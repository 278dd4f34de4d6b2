import { type Bench, count, fileIn, postgresOf, type Scenario } from '../bench.js';
import { type Synchronous, synchronousModes } from '../contenders/contender.js';
import { openPlainSteps } from '../contenders/postgres-inserts.js';
import { createTables } from '../fixtures/create-tables.js';
import { interleave, type Turn } from '../measure/interleave.js';
import { median, medianRatio } from '../measure/statistics.js';
import { timed } from '../measure/timed.js';
import { createDatabase } from '../postgres/create-database.js';
import { atLeast, type Figure } from '../report/figure.js';
import { type Crew, startCrew } from './crew.js';

/** Several processes that drain a queue together, on each database. */
export const workers: Scenario = async (bench) => {
  const figures: Figure[] = [];
  for (const synchronous of synchronousModes) figures.push(await onSqlite(bench, synchronous));
  figures.push(await onPostgres(bench));
  return figures;
};

/** Several processes beside one that has as many runs in flight as they have together. */
async function onSqlite(bench: Bench, synchronous: Synchronous): Promise<Figure> {
  const start = async (name: string, processes: number): Promise<Crew> => {
    const location = fileIn(bench, `${name}-${synchronous}`);
    await createTables(location, 'engine');
    return startCrew({ location, synchronous }, processes);
  };
  const several = await start('several', bench.sizes.workers.processes);
  const one = await start('one', 1);
  try {
    const rates = await interleave(turnsOf(bench, several, one), bench.sizes.workers);
    const value = medianRatio(rates.several, rates.one);
    return {
      ...lineOf(bench),
      mode: synchronous,
      rows: rowsOf(bench, rates),
      ratios: [{ of: 'of one process', value, aim: atLeast(0.7) }],
    };
  } finally {
    await several.close();
    await one.close();
  }
}

/** The same, and beside one connection that does BEGIN, two INSERTs and COMMIT for each step. */
async function onPostgres(bench: Bench): Promise<Figure> {
  const server = postgresOf(bench);
  const { processes, rawSteps } = bench.sizes.workers;
  const start = async (count: number): Promise<Crew> =>
    startCrew({ location: await createDatabase(server), synchronous: null }, count);
  const several = await start(processes);
  const one = await start(1);
  const plain = await openPlainSteps(await createDatabase(server));
  const raw = async (): Promise<number> => rawSteps / (await timed(() => plain.steps(rawSteps))).seconds;
  try {
    const rates = await interleave({ ...turnsOf(bench, several, one), raw }, bench.sizes.workers);
    const [first, second] = rowsOf(bench, rates);
    return {
      ...lineOf(bench),
      mode: 'PostgreSQL',
      rows: [{ ...first, values: { ...first.values, raw: median(rates.raw) } }, second],
      ratios: [
        {
          of: 'of BEGIN, two INSERTs, COMMIT a step',
          value: medianRatio(rates.several, rates.raw),
          aim: atLeast(2.5),
        },
        { of: 'of one process', value: medianRatio(rates.several, rates.one), aim: null },
      ],
    };
  } finally {
    await several.close();
    await one.close();
    await plain.close();
  }
}

/** Steps a second, by round. */
type Rates = Readonly<Record<'several' | 'one', readonly number[]>>;

function turnsOf({ sizes }: Bench, several: Crew, one: Crew): Readonly<Record<keyof Rates, Turn<number>>> {
  const { processes, runs, steps, concurrency } = sizes.workers;
  const rate = async (crew: Crew, inFlight: number): Promise<number> =>
    (runs * steps) / (await crew.drain({ runs, steps, concurrency: inFlight }));
  return { several: () => rate(several, concurrency), one: () => rate(one, processes * concurrency) };
}

function lineOf({ sizes }: Bench) {
  const { runs, steps, processes, concurrency } = sizes.workers;
  const what = `${count(runs)} queued runs × ${steps} steps, ${processes} processes × ${concurrency} in flight`;
  return { scenario: 'workers', what: `${what} beside 1 × ${processes * concurrency}` };
}

function rowsOf({ sizes }: Bench, rates: Rates) {
  return [
    { unit: `${sizes.workers.processes} processes, steps/s`, values: { engine: median(rates.several) } },
    { unit: '1 process, steps/s', values: { engine: median(rates.one) } },
  ] as const;
}
