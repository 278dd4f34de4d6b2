import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SisyphusError } from '@sisyphus-state/schema';
import { migrate, migrationStatus, migrationsFolder, verifyMigrations } from '@sisyphus-state/schema/postgres';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as drizzleMigrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { drizzleKit, repositoryRoot } from '../migrations/support/drizzle-kit.js';
import { useTempFolder } from '../support/temp-folder.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
const tempFolder = useTempFolder();
const pools: pg.Pool[] = [];
const ledger = { migrationsTable: '__sisyphus_migrations', migrationsSchema: 'sisyphus_migrations' };

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

async function openDatabase() {
  const { url } = await postgres.database();
  const pool = new pg.Pool({ connectionString: url });
  pools.push(pool);
  return { url, pool, db: drizzle({ client: pool }) };
}

/** Everything of ours that a database holds, and the ledger's rows: two equal texts are two equal databases. */
async function dumpOf(pool: pg.Pool): Promise<string> {
  const queries = [
    `SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default, collation_name
     FROM information_schema.columns WHERE table_schema LIKE 'sisyphus%' ORDER BY 1, 2, ordinal_position`,
    `SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname LIKE 'sisyphus%' ORDER BY 1, 2, 3`,
    `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace::regnamespace::text LIKE 'sisyphus%' ORDER BY 1`,
    'SELECT * FROM sisyphus_migrations.__sisyphus_migrations ORDER BY id',
  ];
  const results = await Promise.all(queries.map((query) => pool.query(query)));
  return JSON.stringify(
    results.map(({ rows }) => rows),
    null,
    1,
  );
}

describe('the two doors of the migrations, on PostgreSQL', () => {
  test('after drizzle-kit the library finds nothing to do', async () => {
    const { url, pool, db } = await openDatabase();
    expect(await drizzleKit(['migrate'], { database: url })).toContain('migrations applied successfully');
    const before = await dumpOf(pool);
    expect(await migrate(db)).toEqual({ applied: [], adopted: null });
    await verifyMigrations(db);
    expect(await dumpOf(pool)).toBe(before);
  });

  test('after the library drizzle-kit finds nothing to do', async () => {
    const { url, pool, db } = await openDatabase();
    expect((await migrate(db)).applied).toContain('0000_foundation');
    const before = await dumpOf(pool);
    expect(await drizzleKit(['migrate'], { database: url })).toContain('migrations applied successfully');
    expect(await dumpOf(pool)).toBe(before);
  });

  test('both leave the same tables, indexes, keys, and the same rows in the same ledger', async () => {
    const [byKit, byLibrary] = [await openDatabase(), await openDatabase()];
    await drizzleKit(['migrate'], { database: byKit.url });
    await migrate(byLibrary.db);
    expect(await dumpOf(byLibrary.pool)).toBe(await dumpOf(byKit.pool));
  });

  test("drizzle's own migrator on the packaged folder is the same door as drizzle-kit", async () => {
    const { db } = await openDatabase();
    await drizzleMigrate(db, { migrationsFolder: migrationsFolder(), ...ledger });
    expect((await migrate(db)).applied).toEqual([]);
  });

  test('says how far a database is, and writes nothing for it', async () => {
    const { pool, db } = await openDatabase();
    expect(await migrationStatus(db)).toMatchObject({ database: 'new', applied: [], unknown: [], edited: [] });
    const { rows } = await pool.query(`SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sisyphus%'`);
    expect(rows).toEqual([]);
    await migrate(db);
    expect(await migrationStatus(db)).toMatchObject({
      database: 'migrated',
      pending: [],
      applied: ['0000_foundation', '0001_queues', '0002_budgets'],
    });
  });

  test('a schema of another name has tables and a ledger of its own', async () => {
    const { pool, db } = await openDatabase();
    await migrate(db);
    expect((await migrate(db, { schema: 'tenant_a' })).applied).toContain('0000_foundation');
    expect((await migrate(db, { schema: 'tenant_a' })).applied).toEqual([]);
    const { rows } = await pool.query(
      `SELECT n.nspname AS of, f.nspname AS to FROM pg_constraint c
       JOIN pg_namespace n ON n.oid = c.connamespace JOIN pg_class r ON r.oid = c.confrelid
       JOIN pg_namespace f ON f.oid = r.relnamespace WHERE contype = 'f'`,
    );
    expect(rows.filter((row) => row.of !== row.to)).toEqual([]);
    expect(rows.filter((row) => row.of === 'tenant_a')).toHaveLength(4);
  });

  test('a role that may only read and write opens a database that is up to date', async () => {
    const { url, pool, db } = await openDatabase();
    await migrate(db);
    const role = `reader_${process.pid}`;
    await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'r'`);
    try {
      for (const schema of ['sisyphus', 'sisyphus_migrations'])
        await pool.query(
          `GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
        );
      const asRole = new pg.Pool({ connectionString: url.replace(/\/\/[^@]+@/, `//${role}:r@`) });
      pools.push(asRole);
      expect(await migrate(drizzle({ client: asRole }))).toEqual({ applied: [], adopted: null });
    } finally {
      for (const opened of pools.splice(1)) await opened.end();
      await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});

describe('what must not be touched', () => {
  const cases = [
    [
      'a database of a newer version',
      `INSERT INTO sisyphus_migrations.__sisyphus_migrations (hash, created_at) VALUES ('later', 9000000000000)`,
      'MIGRATION_NEWER',
    ],
    [
      'a ledger that records another text',
      `UPDATE sisyphus_migrations.__sisyphus_migrations SET hash = 'another'`,
      'MIGRATION_EDITED',
    ],
    [
      'tables of ours without a ledger',
      'DELETE FROM sisyphus_migrations.__sisyphus_migrations',
      'MIGRATION_FOREIGN_TABLES',
    ],
  ] as const;

  test.each(cases)('%s', async (_, statement, code) => {
    const { pool, db } = await openDatabase();
    await migrate(db);
    await pool.query(statement);
    const before = await dumpOf(pool);
    for (const act of [migrate, verifyMigrations]) {
      const error = await act(db).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(SisyphusError);
      expect(error).toMatchObject({ code });
    }
    expect(await dumpOf(pool)).toBe(before);
  });

  test('a statement that is refused undoes all before it, and says which it was', async () => {
    const { url, pool } = await openDatabase();
    const role = `poor_${process.pid}`;
    await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'r'`);
    try {
      const asRole = new pg.Pool({ connectionString: url.replace(/\/\/[^@]+@/, `//${role}:r@`) });
      await expect(migrate(drizzle({ client: asRole }))).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringMatching(/ledger.*permission denied/s),
      });
      await asRole.end();
    } finally {
      await pool.query(`DROP ROLE ${role}`);
    }
  });

  test('waits for another process that migrates, for as long as it is told to', async () => {
    const { pool, db } = await openDatabase();
    const other = await pool.connect();
    await other.query('BEGIN');
    await other.query(`SELECT pg_advisory_xact_lock(1397314387, hashtext('sisyphus'))`);
    await expect(migrate(db, { waitMs: 50 })).rejects.toMatchObject({ code: 'MIGRATION_LOCKED', retryable: true });
    await other.query('COMMIT');
    other.release();
    expect((await migrate(db)).applied).toContain('0000_foundation');
  });
});

test('beside an application’s own migrations, both by drizzle-kit: neither skips the other, whichever is older', async () => {
  for (const when of [4_000_000_000_000, 1_000_000_000_000]) {
    const { url, pool, db } = await openDatabase();
    const folder = makeApplication(url, when);
    for (const config of ['drizzle.config.ts', 'sisyphus.config.ts'])
      await drizzleKit(['migrate', `--config=${config}`], { cwd: folder });
    await verifyMigrations(db);
    const { rows } = await pool.query(`SELECT to_regclass('public.orders') AS orders`);
    expect(rows).toEqual([{ orders: 'orders' }]);
  }
});

test('drizzle-kit push of an application’s own schema leaves our tables alone', async () => {
  const { url, pool, db } = await openDatabase();
  await migrate(db);
  const before = await dumpOf(pool);
  const folder = makeApplication(url, 0);
  writeFileSync(
    join(folder, 'schema.ts'),
    `import { integer, pgTable } from 'drizzle-orm/pg-core';\nexport const orders = pgTable('orders', { id: integer('id').primaryKey() });\n`,
  );
  writeFileSync(join(folder, 'push.config.ts'), configText(url, `schema: './schema.ts'`));
  expect(await drizzleKit(['push', '--config=push.config.ts'], { cwd: folder })).toContain('Changes applied');
  expect(await dumpOf(pool)).toBe(before);
});

describe('the PostgreSQL migrations', () => {
  const postgresFolder = join(repositoryRoot, 'migrations/postgres');

  test('agree with the Drizzle tables: drizzle-kit has nothing to add', async () => {
    const folder = tempFolder();
    cpSync(postgresFolder, join(folder, 'postgres'), { recursive: true });
    const schema = join(repositoryRoot, 'packages/schema/src/postgres/index.ts');
    writeFileSync(
      join(folder, 'drizzle.config.json'),
      JSON.stringify({ dialect: 'postgresql', schema, out: './postgres' }),
    );
    symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
    expect(await drizzleKit(['check'], { cwd: folder })).toContain("Everything's fine");
    expect(await drizzleKit(['generate'], { cwd: folder })).toContain('No schema changes');
  });

  test('are frozen: every text is the one that was recorded when it landed', () => {
    const { postgres: frozen } = JSON.parse(readFileSync(join(repositoryRoot, 'migrations/frozen.json'), 'utf8'));
    const files = readdirSync(postgresFolder).filter((name) => name.endsWith('.sql'));
    const now = files.map((name) => [
      name.replace(/\.sql$/, ''),
      createHash('sha256')
        .update(readFileSync(join(postgresFolder, name)))
        .digest('hex'),
    ]);
    // A new one is recorded with: node packages/schema/scripts/embed-migrations.mjs --freeze
    expect(Object.fromEntries(now)).toEqual(frozen);
  });

  test('have the tables, columns and indexes that SQLite has', () => {
    const [ours, theirs] = [snapshotOf('postgres'), snapshotOf('sqlite')];
    expect(ours.workflow_steps?.columns).toContain('first_seq');
    const comparable = Object.entries(ours).map(([name, { columns, indexes }]) => [
      name,
      { columns: columns.filter((column) => column !== 'first_seq'), indexes },
    ]);
    expect(Object.fromEntries(comparable)).toEqual(theirs);
  });

  function snapshotOf(dialect: string): Record<string, { columns: string[]; indexes: string[] }> {
    const folder = join(repositoryRoot, 'migrations', dialect, 'meta');
    const newest = readdirSync(folder)
      .filter((name) => name.endsWith('_snapshot.json'))
      .sort()
      .at(-1);
    const { tables } = JSON.parse(readFileSync(join(folder, newest ?? ''), 'utf8'));
    return Object.fromEntries(
      Object.entries<Record<'columns' | 'indexes', object>>(tables).map(([name, { columns, indexes }]) => [
        name.replace(/^.*\./, ''),
        { columns: Object.keys(columns).sort(), indexes: Object.keys(indexes).sort() },
      ]),
    );
  }
});

/** An application with a migration of its own in `drizzle/`, and a second config for ours. */
function makeApplication(url: string, when: number): string {
  const folder = tempFolder();
  symlinkSync(join(repositoryRoot, 'tests/node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'drizzle/meta'), { recursive: true });
  const entry = { idx: 0, version: '7', when, tag: '0000_orders', breakpoints: true };
  const journal = { version: '7', dialect: 'postgresql', entries: [entry] };
  writeFileSync(join(folder, 'drizzle/meta/_journal.json'), JSON.stringify(journal));
  writeFileSync(join(folder, 'drizzle/0000_orders.sql'), 'CREATE TABLE "orders" ("id" integer PRIMARY KEY NOT NULL);');
  writeFileSync(join(folder, 'drizzle.config.ts'), configText(url, `out: './drizzle'`));
  const ours = `out: migrationsFolder(), migrations: { table: '__sisyphus_migrations', schema: 'sisyphus_migrations' }`;
  writeFileSync(
    join(folder, 'sisyphus.config.ts'),
    `import { migrationsFolder } from '@sisyphus-state/schema/postgres';\n${configText(url, ours)}`,
  );
  return folder;
}

function configText(url: string, more: string): string {
  return `export default { dialect: 'postgresql', dbCredentials: { url: '${url}' }, ${more} };\n`;
}
