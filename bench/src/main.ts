import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, within } from './bench.js';
import { readEnvironment } from './measure/environment.js';
import { readPostgresEnvironment } from './measure/postgres-environment.js';
import { warmUp } from './measure/warm-up.js';
import { type Options, parseOptions, usage } from './options.js';
import { type PostgresServer, startServer } from './postgres/server.js';
import { type Figure, verdict } from './report/figure.js';
import { formatEnvironment, formatFigure, formatHeading, formatPostgres } from './report/format-report.js';
import { checkSamePostgresRows } from './same-postgres-rows.js';
import { checkSameRows } from './same-rows.js';
import { onPostgres } from './scenarios/names.js';
import { scenarios } from './scenarios/scenarios.js';
import { fullSizes, quickSizes } from './sizes.js';

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) return;
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-bench-'));
  const needsPostgres = options.only.some((name) => onPostgres.has(name));
  let postgres: PostgresServer | null = null;
  const clean = async (): Promise<void> => {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void clean().finally(() => process.exit(1)));
  try {
    if (needsPostgres) postgres = await startServer(folder);
    await measure({ folder, sizes: options.quick ? quickSizes : fullSizes, postgres }, options);
  } finally {
    await clean();
  }
}

function readOptions(args: readonly string[]): Options | null {
  try {
    const options = parseOptions(args);
    if (!options.help) return options;
    process.stdout.write(usage);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exitCode = 2;
  }
  return null;
}

async function measure(bench: Bench, { only, quick, json }: Options): Promise<void> {
  const say = (text: string): void => void (json || process.stdout.write(`${text}\n`));
  const environment = readEnvironment(bench.folder);
  const sameRows = await checkSameRows(bench);
  say(formatEnvironment(environment, sameRows));
  const postgres = bench.postgres && (await readPostgresEnvironment(bench.postgres));
  const samePostgresRows = bench.postgres && (await checkSamePostgresRows(bench.postgres));
  if (postgres !== null && samePostgresRows !== null) say(formatPostgres(postgres, samePostgresRows));
  await warmUp(within(bench, 'warm-up'));
  const figures: Figure[] = [];
  for (const name of only) {
    const inner = within(bench, name);
    for (const figure of await scenarios[name](inner)) {
      if (figures.at(-1)?.what !== figure.what) say(formatHeading(figure));
      say(formatFigure(figure, !quick));
      figures.push(figure);
    }
    rmSync(inner.folder, { recursive: true });
  }
  if (quick) say('\nThese were small sizes: the figures mean nothing. Leave out --quick.');
  if (json)
    process.stdout.write(
      `${JSON.stringify({ quick, environment, postgres, sameRows, samePostgresRows, figures: figures.map(judged) }, null, 2)}\n`,
    );
}

function judged(figure: Figure) {
  return { ...figure, ratios: figure.ratios.map((ratio) => ({ ...ratio, verdict: verdict(ratio) })) };
}

await main(process.argv.slice(2));
