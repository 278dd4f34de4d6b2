import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultLocation, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { UsageError } from '../errors/usage-error.js';
import type { Terminal } from '../terminal/terminal.js';

/** Where a command works: what `--db` says, then `SISYPHUS_DB`, then the default. */
export function databaseLocation(db: string | undefined, { cwd, env }: Pick<Terminal, 'cwd' | 'env'>): string {
  const location = db ?? defaultLocation(env);
  return isFilePath(location) ? resolve(cwd, location) : location;
}

/** Opens the database, makes it when there is none, and closes it after `use`. */
export async function withStore<T>(
  db: string | undefined,
  terminal: Terminal,
  use: (store: WorkflowStore) => Promise<T>,
): Promise<T> {
  const store = await openStore(databaseLocation(db, terminal));
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** As `withStore`, for commands that look for something: a file that was named and is not there is a mistake, not a new database. */
export async function withExistingStore<T>(
  db: string | undefined,
  terminal: Terminal,
  use: (store: WorkflowStore) => Promise<T>,
): Promise<T> {
  const location = databaseLocation(db, terminal);
  const isNamed = db !== undefined || (terminal.env.SISYPHUS_DB ?? '') !== '';
  if (isNamed && isFilePath(location) && !existsSync(location)) {
    const where = db === undefined ? 'SISYPHUS_DB' : '--db';
    throw new UsageError(
      'DATABASE_MISSING',
      `There is no database at ${location}. Check ${where}; \`sisyphus run\` and \`sisyphus migrate\` make a new one.`,
      { details: { location } },
    );
  }
  return withStore(location, terminal, use);
}

function isFilePath(location: string): boolean {
  return location !== ':memory:' && !/^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}
