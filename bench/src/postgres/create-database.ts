import { openStore } from '@sisyphus-state/store';
import type { PostgresServer } from './server.js';

/** Makes a database with the engine's tables and returns its URL. */
export async function createDatabase(server: PostgresServer): Promise<string> {
  const url = await server.createDatabase();
  await (await openStore(url, { migrate: true })).close();
  return url;
}
