import { afterAll, beforeAll } from 'vitest';
import {
  type NewDatabaseOptions,
  type PostgresServer,
  startPostgres,
  type TestDatabase,
} from '../../support/postgres-server.js';

/** A server for one test file. */
export interface PostgresForTests {
  server(): PostgresServer;
  /** A database of its own, empty or a copy of another one, dropped when the file is done. */
  database(options?: NewDatabaseOptions): Promise<TestDatabase>;
}

/** Starts a server before the file's tests, and stops it after them. */
export function usePostgres(): PostgresForTests {
  let started: PostgresServer | null = null;
  const databases: TestDatabase[] = [];
  beforeAll(async () => {
    started = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    for (const database of databases) await database.drop();
    await started?.stop();
  }, 60_000);
  const server = (): PostgresServer => {
    if (started === null) throw new Error('The server is there from the first test on.');
    return started;
  };
  return {
    server,
    database: async (options) => {
      const database = await server().createDatabase(options);
      databases.push(database);
      return database;
    },
  };
}
