import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresServer } from './postgres/server.js';
import type { Figure } from './report/figure.js';
import type { Sizes } from './sizes.js';

/** What a scenario works with. */
export interface Bench {
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  readonly sizes: Sizes;
  /** Runs while a scenario that needs one is measured. */
  readonly postgres: PostgresServer | null;
}

/** Measures one thing, all contenders in turn. */
export type Scenario = (bench: Bench) => Promise<readonly Figure[]>;

/** The same with a new folder inside its folder. */
export function within(bench: Bench, name: string): Bench {
  const folder = join(bench.folder, name);
  mkdirSync(folder);
  return { ...bench, folder };
}

/** The server of a scenario that is named in `onPostgres`. */
export function postgresOf({ postgres }: Pick<Bench, 'postgres'>): PostgresServer {
  if (postgres === null) throw new Error('No PostgreSQL was started: name the scenario in `onPostgres`.');
  return postgres;
}

/** The path of a database file of a scenario. */
export function fileIn({ folder }: Pick<Bench, 'folder'>, name: string): string {
  return join(folder, `${name}.db`);
}

/** A count as it is read: `20,000`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
