import { type Bench, count, postgresOf, type Scenario } from '../bench.js';
import type { Runner, RunsRequest } from '../contenders/contender.js';
import { openPostgresEngine } from '../contenders/postgres-engine.js';
import { openPostgresRaw } from '../contenders/postgres-raw.js';
import { interleave } from '../measure/interleave.js';
import { timed } from '../measure/timed.js';
import { createDatabase } from '../postgres/create-database.js';
import { atLeast, type Figure } from '../report/figure.js';
import { rateFigure } from '../report/rate-figure.js';
import { work } from '../workload.js';

/** Short runs on PostgreSQL, one after the other and many at a time, beside one statement a step by hand. */
export const postgres: Scenario = async (bench) => {
  const server = postgresOf(bench);
  const { steps } = bench.sizes;
  const { sequential, concurrent } = bench.sizes.postgres;
  const engine = await openPostgresEngine({ url: await createDatabase(server), work });
  const raw = await openPostgresRaw({ url: await createDatabase(server), work });
  try {
    const rows = { engine, raw };
    return [
      await compare(bench, rows, { ...sequential, steps, atATime: 1 }),
      await compare(bench, rows, { ...concurrent, steps }),
    ];
  } finally {
    await engine.close();
    await raw.close();
  }
};

type Runners = Readonly<Record<'engine' | 'raw', Runner>>;

async function compare(
  bench: Bench,
  { engine, raw }: Runners,
  { rounds, ...request }: RunsRequest & { readonly rounds: number },
): Promise<Figure> {
  const turns = { engine: () => timed(() => engine.runs(request)), raw: () => timed(() => raw.runs(request)) };
  const samples = await interleave(turns, { rounds, warmUps: bench.sizes.postgres.warmUps });
  const { runs, steps, atATime } = request;
  const pace = atATime === 1 ? 'one at a time' : `${atATime} at a time`;
  return rateFigure({
    scenario: 'postgres',
    what: `${count(rounds * runs)} runs × ${steps} steps on PostgreSQL, ${pace}`,
    mode: 'PostgreSQL',
    steps: runs * steps,
    samples,
    aim: atLeast(0.5),
  });
}
