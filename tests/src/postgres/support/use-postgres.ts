import { afterAll, beforeAll } from 'vitest';
import { type PostgresServer, startPostgres, type TestDatabase } from '../../support/postgres-server.js';

/** A server for one test file. */
export interface PostgresForTests {
  server(): PostgresServer;
  /** A database of its own, dropped when the file is done. */
  database(): Promise<TestDatabase>;
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
    database: async () => {
      const database = await server().createDatabase();
      databases.push(database);
      return database;
    },
  };
}
