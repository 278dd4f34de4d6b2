import { type Bench, count, fileIn, postgresOf, type Scenario } from '../bench.js';
import type { Mode, Synchronous } from '../contenders/contender.js';
import { createTables } from '../fixtures/create-tables.js';
import { interleave } from '../measure/interleave.js';
import { median, quantile } from '../measure/statistics.js';
import { createDatabase } from '../postgres/create-database.js';
import { type Aim, atMost, type Figure } from '../report/figure.js';
import { workElsewhere, workHere } from './idle-worker.js';

/** How long a run that is enqueued waits for an idle worker, and what that worker costs meanwhile. */
export const latency: Scenario = async (bench) => {
  const server = postgresOf(bench);
  const onFile = async (name: string) => {
    const location = fileIn(bench, name);
    await createTables(location, 'engine');
    return { location, synchronous: 'FULL' as const };
  };
  const onServer = async () => ({ location: await createDatabase(server), synchronous: null });
  const sqlite = await measure(bench, await onFile('here'), await onFile('elsewhere'));
  const postgres = await measure(bench, await onServer(), await onServer());
  const aim = atMost(20);
  return [
    delayFigure(bench, { where: 'in the same process', mode: 'FULL', aim }, sqlite.here),
    delayFigure(bench, { where: 'in the same process', mode: 'PostgreSQL', aim: null }, postgres.here),
    delayFigure(bench, { where: 'in another process', mode: 'FULL', aim }, sqlite.elsewhere),
    delayFigure(bench, { where: 'in another process', mode: 'PostgreSQL', aim: null }, postgres.elsewhere),
    shareFigure('FULL', sqlite.idle),
    shareFigure('PostgreSQL', postgres.idle),
  ];
};

interface Location {
  readonly location: string;
  readonly synchronous: Synchronous | null;
}

/** All delays in ms, and the shares of a core by round. */
interface Measured {
  readonly here: readonly number[];
  readonly elsewhere: readonly number[];
  readonly idle: readonly number[];
}

async function measure({ sizes }: Bench, hereLocation: Location, elsewhereLocation: Location): Promise<Measured> {
  const { rounds, warmUps, runs, idleMs } = sizes.latency;
  const here = await workHere(hereLocation);
  const elsewhere = await workElsewhere(elsewhereLocation);
  try {
    const turns = {
      here: () => here.delays(runs),
      elsewhere: () => elsewhere.delays(runs),
      idle: async () => [await elsewhere.idleShare(idleMs)],
    };
    const outcomes = await interleave<keyof Measured, readonly number[]>(turns, { rounds, warmUps });
    return { here: outcomes.here.flat(), elsewhere: outcomes.elsewhere.flat(), idle: outcomes.idle.flat() };
  } finally {
    await here.close();
    await elsewhere.close();
  }
}

interface DelayLine {
  readonly where: string;
  readonly mode: Mode;
  readonly aim: Aim | null;
}

function delayFigure({ sizes }: Bench, { where, mode, aim }: DelayLine, delays: readonly number[]): Figure {
  const { rounds, runs } = sizes.latency;
  const p50 = median(delays);
  return {
    scenario: 'latency',
    what: `${count(rounds * runs)} runs, each enqueued while the worker ${where} is idle: until the handler is entered`,
    mode,
    rows: [
      { unit: 'p50, ms', values: { engine: p50 } },
      { unit: 'p99, ms', values: { engine: quantile(delays, 0.99) } },
    ],
    ratios: [{ of: 'ms for half of them', value: p50, aim }],
  };
}

function shareFigure(mode: Mode, shares: readonly number[]): Figure {
  const percent = median(shares) * 100;
  return {
    scenario: 'latency',
    what: 'processor time of the process of an idle worker',
    mode,
    rows: [{ unit: '% of a core', values: { engine: percent } }],
    ratios: [{ of: '% of a core', value: percent, aim: atMost(1) }],
  };
}
