import { join } from 'node:path';
import { migrate, migrationStatus, migrationsFolder } from '@sisyphus-state/schema/postgres';
import { openStore, verifyRun } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as drizzleMigrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { drizzleKit } from '../migrations/support/drizzle-kit.js';
import { makeRunsInEveryState, readWhole } from '../migrations/support/runs-in-every-state.js';
import { copyVersion } from '../migrations/support/version-before.js';
import { useTempFolder } from '../support/temp-folder.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
const tempFolder = useTempFolder();
const pools: pg.Pool[] = [];
const tables = ['workflow_definitions', 'payloads', 'workflow_runs', 'workflow_steps', 'audit_events', 'run_mailbox'];

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

/** Ways to bring a database of the version before up to date. */
const doors: readonly (readonly [string, (url: string, pool: pg.Pool) => Promise<unknown>])[] = [
  ['drizzle-kit', (url) => drizzleKit(['migrate'], { database: url })],
  [
    'the library',
    async (_, pool) =>
      expect((await migrate(drizzle({ client: pool }))).applied).toEqual(['0001_queues', '0002_budgets']),
  ],
];

describe('a PostgreSQL database of the version before', () => {
  test.each(doors)('keeps all its runs, steps, events, values and mail when it is migrated by %s', async (_, open) => {
    const { url, pool, runIds, before } = await makeOldDatabase();
    await expect(openStore(url)).rejects.toMatchObject({ code: 'MIGRATION_PENDING' });
    await open(url, pool);
    const store = await openStore(url);
    expect(await readWhole(store, runIds)).toEqual(before);
    for (const runId of runIds) {
      const [run, steps, events] = [
        await store.readRun(runId),
        await store.readSteps(runId),
        await store.readEvents(runId),
      ];
      expect(run?.leaseMs).toBeNull();
      expect(run === null ? null : verifyRun({ run, steps, events })).toEqual([]);
    }
    const queues = [{ name: 'default', perKey: 1 }, { name: 'other' }];
    expect((await store.findDue({ queues, limit: 10 })).runs).toHaveLength(3);
    expect(await store.claimDue({ queues, limit: 10, worker: 'w2', leaseMs: 1000 })).toHaveLength(3);
    await store.close();
  });

  test('has the very columns and indexes of a new one afterwards', async () => {
    const old = await makeOldDatabase();
    await migrate(drizzle({ client: old.pool }));
    const fresh = await openDatabase();
    await migrate(drizzle({ client: fresh.pool }));
    expect(await schemaOf(old.pool)).toEqual(await schemaOf(fresh.pool));
    expect(await migrationStatus(drizzle({ client: old.pool }))).toMatchObject({ pending: [], edited: [] });
  });
});

async function openDatabase() {
  const { url } = await postgres.database();
  const pool = new pg.Pool({ connectionString: url });
  pools.push(pool);
  return { url, pool };
}

/** A database as the first version left it: its tables by its own migration, its rows without what it did not know. */
async function makeOldDatabase() {
  const [source, old] = [await openDatabase(), await openDatabase()];
  const store = await openStore(source.url, { migrate: true });
  const runIds = await makeRunsInEveryState(store);
  const before = await readWhole(store, runIds);
  await store.close();
  await drizzleMigrate(drizzle({ client: old.pool }), {
    migrationsFolder: copyVersion(migrationsFolder(), '0000_foundation', join(tempFolder(), 'migrations')),
    migrationsTable: '__sisyphus_migrations',
    migrationsSchema: 'sisyphus_migrations',
  });
  for (const table of tables) {
    const name = `sisyphus.${table}`;
    const { rows } = await source.pool.query(`SELECT json_agg(t)::text AS rows FROM ${name} t`);
    await old.pool.query(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1::json)`, [
      rows[0]?.rows,
    ]);
  }
  return { ...old, runIds, before };
}

async function schemaOf(pool: pg.Pool): Promise<unknown> {
  const columns = await pool.query(
    `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
     WHERE table_schema = 'sisyphus' ORDER BY table_name, ordinal_position`,
  );
  const indexes = await pool.query(
    `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'sisyphus' ORDER BY indexname`,
  );
  return [columns.rows, indexes.rows];
}
