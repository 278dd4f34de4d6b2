import { inspect } from 'node:util';
import { openStore } from '@sisyphus-state/store';
import { openPostgresStore } from '@sisyphus-state/store/postgres';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { freeRun } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('openStore on PostgreSQL', () => {
  test('only verifies unless told to migrate, and names both ways to do it', async () => {
    const { url } = await postgres.database();
    await expect(openStore(url)).rejects.toMatchObject({ code: 'MIGRATION_PENDING' });
    await (await openStore(url, { migrate: true })).close();
    await (await openStore(url)).close();
  });

  test('keeps the stores of two schemas in one database apart', async () => {
    const { url } = await postgres.database();
    const [a, b] = [
      await openStore(url, { schema: 'tenant_a', migrate: true }),
      await openStore(url, { schema: 'public', migrate: true }),
    ];
    const run = freeRun({ idempotencyKey: 'k' });
    await a.createRuns([run]);
    expect(await b.readRun(run.id)).toBeNull();
    await b.createRuns([run]);
    await a.close();
    expect((await b.listRuns()).map(({ id }) => id)).toEqual([run.id]);
    await b.close();
  });

  test.each(['', 'with space', 'x'.repeat(53), 'pg_own', '1st', 'a"b'])(
    'refuses the schema name %j',
    async (schema) => {
      const { url } = await postgres.database();
      await expect(openStore(url, { schema })).rejects.toThrow(/schema/);
    },
  );

  test('says where it is without the password, and never shows it', async () => {
    const { url } = await postgres.database();
    const { password, username, host, pathname } = new URL(url);
    const store = await openStore(`${url}?password=${password}&options=-c%20search_path%3Dpg_temp` as typeof url, {
      migrate: true,
    });
    expect(store.location).toBe(`postgres://${username}@${host}${pathname}`);
    await store.close();
    const shared = new pg.Pool({ connectionString: url });
    const onClient = await openStore({ client: drizzle({ client: shared }) });
    expect(onClient.location).toBe(`postgres://${username}@${host}${pathname}`);
    await onClient.close();
    await shared.end();
  });

  const wrong = [
    ['a server that is not there', (url: string) => url.replace(/:\d+\//, ':1/'), /can't be reached/],
    ['a host that has no address', (url: string) => url.replace(/@[^/]+/, '@nowhere.invalid:5432'), /can't be reached/],
    ['a wrong password', (url: string) => url.replace(/:[^:@/]+@/, ':secret-guess@'), /password authentication failed/],
    ['a database that is not there', (url: string) => `${url}_not`, /does not exist/],
    ['a URL that is none', () => 'postgres://u:secret-guess@h:port/db', /no PostgreSQL URL/],
  ] as const;

  test.each(wrong)('says STORE_OPEN for %s, without the password', async (_, change, says) => {
    const { url } = await postgres.database();
    const given = change(url);
    const error = await thrownBy(() => openPostgresStore(given));
    expect(error).toMatchObject({ code: 'STORE_OPEN', message: expect.stringMatching(says) });
    const { password } = new URL(url);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(password);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('secret-guess');
  });

  test('leaves an application’s pool open, and says STORE_CLOSED when the application ends it', async () => {
    const { url } = await postgres.database();
    const pool = new pg.Pool({ connectionString: url });
    const open = () => openStore({ client: drizzle({ client: pool }) }, { migrate: true });
    await (await open()).close();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    const store = await open();
    await pool.end();
    await expect(store.listRuns()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await store.close();
  });

  test('adds no listeners to an application’s pool with every store on it', async () => {
    const { url } = await postgres.database();
    const pool = new pg.Pool({ connectionString: url });
    for (let n = 0; n < 12; n += 1)
      await (await openStore({ client: drizzle({ client: pool }) }, { migrate: true })).close();
    expect(pool.listenerCount('error')).toBe(1);
    await pool.end();
  });

  test('refuses other addresses, and says which there are', async () => {
    await expect(openStore('mysql://h/db')).rejects.toMatchObject({
      code: 'STORE_OPEN',
      message: expect.stringMatching(/postgres:\/\//),
    });
  });
});

test('gives up with STORE_IO when the pool has no connection to spare for longer than busyMs', async () => {
  const { url } = await postgres.database();
  await (await openStore(url, { migrate: true })).close();
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 1000 });
  const store = await openStore({ client: drizzle({ client: pool }) }, { busyMs: 60 });
  const taken = await pool.connect();
  await expect(store.createRuns([freeRun()])).rejects.toMatchObject({ code: 'STORE_IO' });
  taken.release();
  await store.createRuns([freeRun()]);
  await store.close();
  await pool.end();
});
