import pg from 'pg';

/** A table of the application's own in the database that its workflows live in. */
export async function openOrders(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE orders (id text NOT NULL)');
  return {
    all: async (): Promise<readonly string[]> =>
      (await client.query<{ id: string }>('SELECT id FROM orders ORDER BY id COLLATE "C"')).rows.map(({ id }) => id),
    fail: (): never => {
      throw new Error('no');
    },
    close: () => client.end(),
  };
}
