import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';

/** A table of the application's own in the database that its workflows live in. */
export async function openOrders(file: string) {
  await (await openStore(file)).close();
  const client = new Database(file);
  client.exec('CREATE TABLE orders (id text NOT NULL)');
  return {
    all: async (): Promise<readonly string[]> =>
      client
        .prepare<[], { id: string }>('SELECT id FROM orders ORDER BY id')
        .all()
        .map(({ id }) => id),
    fail: (): never => {
      throw new Error('no');
    },
    close: async (): Promise<void> => void client.close(),
  };
}
