import { join } from 'node:path';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach } from 'vitest';
import { usePostgres } from '../../postgres/support/use-postgres.js';

/** Makes a new database with its tables, and gives its location. */
export type MakeDatabase = (folder: string) => Promise<string>;

/** Databases whose leases a thread can renew, by what they are called. */
export function useDatabases(): readonly (readonly [string, MakeDatabase])[] {
  const postgres = usePostgres();
  return [
    ['a SQLite file', async (folder) => join(folder, 'state.db')],
    [
      'PostgreSQL',
      async () => {
        const { url } = await postgres.database();
        await (await openStore(url, { migrate: true })).close();
        return url;
      },
    ],
  ];
}

/** Opens stores that are closed after the test. */
export function useObservers(): (location: string) => Promise<WorkflowStore> {
  const opened: WorkflowStore[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  return async (location) => {
    const store = await openStore(location);
    opened.push(store);
    return store;
  };
}
