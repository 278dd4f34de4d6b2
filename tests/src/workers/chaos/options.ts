import { parseArgs } from 'node:util';

const databases = ['sqlite', 'postgres'] as const;
type Database = (typeof databases)[number];

/** What the command line asks for. */
export interface Options {
  readonly databases: readonly Database[];
  readonly runs: number;
  readonly kills: number;
  readonly workers: number;
  readonly concurrency: number;
  readonly seed: number;
  readonly idle: boolean;
  readonly help: boolean;
}

/** How the command is used. */
export const usage = `pnpm chaos [--db sqlite|postgres]… [--runs N] [--kills N] [--workers N] [--concurrency N] [--seed N] [--idle]

Worker processes drain a queue while one after the other is killed with SIGKILL; then every run, every handler's own log
and every error that anybody saw is checked. Exit status 1 when something is not as promised.

  --db DATABASE     a SQLite file, or a PostgreSQL started for it (or that of DATABASE_URL); default both
  --runs N          runs of 5 steps of 20 to 100 ms; default 2000
  --kills N         default 30, spread over the work
  --workers N       processes; default 4
  --concurrency N   runs that one process drives at once; default 10
  --seed N          repeats how long the steps take
  --idle            instead: what an idle worker costs, and how soon it starts what is enqueued
`;

/** Reads the command line; throws an error that says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const number = (byDefault: number) => ({ type: 'string', default: String(byDefault) }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      db: { type: 'string', multiple: true, default: [...databases] },
      runs: number(2000),
      kills: number(30),
      workers: number(4),
      concurrency: number(10),
      seed: number(Date.now() % 2 ** 31),
      idle: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    databases: values.db.map(toDatabase),
    runs: wholeNumber('runs', values.runs, 1),
    kills: wholeNumber('kills', values.kills, 0),
    workers: wholeNumber('workers', values.workers, 1),
    concurrency: wholeNumber('concurrency', values.concurrency, 1),
    seed: wholeNumber('seed', values.seed, 0),
    idle: values.idle,
    help: values.help,
  };
}

function toDatabase(text: string): Database {
  const database = databases.find((known) => known === text);
  if (database === undefined) throw new Error(`--db is ${text}; choose sqlite or postgres.`);
  return database;
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${name} is ${text}; give a whole number from ${least}.`);
}
