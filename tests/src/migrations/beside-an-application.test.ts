import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, verifyMigrations } from '@sisyphus-state/schema/sqlite';
import { migrate as drizzleMigrate } from 'drizzle-orm/better-sqlite3/migrator';
import { describe, expect, test } from 'vitest';
import { drizzleKit, repositoryRoot } from './support/drizzle-kit.js';
import { openFile, rowsOf } from './support/open-file.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();

// Both beyond ours, where one shared ledger would skip ours in silence, and before ours, where it would skip theirs.
const instants = [
  ['younger than ours', 4_000_000_000_000],
  ['older than ours', 1_000_000_000_000],
] as const;

describe.each(instants)("in one database with an application's own migrations, %s", (_name, when) => {
  test("theirs first, with drizzle's migrator and its default ledger, then ours (pitfall 30)", () => {
    const { folder, file } = makeApplication(when);
    const { db, client } = openFile(file);
    drizzleMigrate(db, { migrationsFolder: join(folder, 'drizzle') });
    expect(migrate(db).applied).toContain('0000_foundation');
    client.close();
    expectBoth(file);
  });

  test("ours first, then theirs with drizzle's migrator and its default ledger", () => {
    const { folder, file } = makeApplication(when);
    const { db, client } = openFile(file);
    migrate(db);
    drizzleMigrate(db, { migrationsFolder: join(folder, 'drizzle') });
    expect(migrate(db).applied).toEqual([]);
    client.close();
    expectBoth(file);
  });

  test('theirs and ours with their drizzle-kit, each with its config, in both orders', async () => {
    for (const order of [
      ['drizzle.config.ts', 'sisyphus.config.ts'],
      ['sisyphus.config.ts', 'drizzle.config.ts'],
    ]) {
      const { folder, file } = makeApplication(when);
      for (const config of order) await drizzleKit(['migrate', `--config=${config}`], { cwd: folder });
      expectBoth(file);
      const { db, client } = openFile(file);
      expect(() => verifyMigrations(db)).not.toThrow();
      client.close();
    }
  });
});

test("drizzle-kit push leaves our tables alone with the README's filter", async () => {
  const { folder, file } = makeApplication(instants[0][1]);
  const { db, client } = openFile(file);
  migrate(db);
  client.close();
  const before = rowsOf(file, 'SELECT name, sql FROM sqlite_master');
  const readme = readFileSync(join(repositoryRoot, 'packages/schema/README.md'), 'utf8');
  const filter = /tablesFilter: \[[^\]]*\]/.exec(readme)?.[0];
  expect(filter).toBeDefined();
  writeFileSync(join(folder, 'schema.ts'), ordersTable);
  writeFileSync(join(folder, 'push.config.ts'), configText(`schema: './schema.ts', ${filter}`));
  expect(await drizzleKit(['push', '--config=push.config.ts'], { cwd: folder })).toContain('Changes applied');
  const after = rowsOf(file, 'SELECT name, sql FROM sqlite_master');
  expect(after.filter(({ name }) => name !== 'orders')).toEqual(before);
  expect(after).toHaveLength(before.length + 1);
});

const ordersTable = `import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';
export const orders = sqliteTable('orders', { id: integer('id').primaryKey() });
`;

/** An application as it stands in the README: its own migrations in `drizzle/`, and a second config for ours. */
function makeApplication(when: number) {
  const folder = tempFolder();
  const file = join(folder, 'app.db');
  symlinkSync(join(repositoryRoot, 'tests/node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'drizzle/meta'), { recursive: true });
  const entry = { idx: 0, version: '6', when, tag: '0000_orders', breakpoints: true };
  writeFileSync(
    join(folder, 'drizzle/meta/_journal.json'),
    JSON.stringify({ version: '7', dialect: 'sqlite', entries: [entry] }),
  );
  writeFileSync(join(folder, 'drizzle/0000_orders.sql'), 'CREATE TABLE `orders` (`id` integer PRIMARY KEY NOT NULL);');
  writeFileSync(join(folder, 'drizzle.config.ts'), configText(`out: './drizzle'`));
  const ours = `out: migrationsFolder(), migrations: { table: '__sisyphus_migrations' }`;
  writeFileSync(
    join(folder, 'sisyphus.config.ts'),
    `import { migrationsFolder } from '@sisyphus-state/schema/sqlite';\n${configText(ours)}`,
  );
  return { folder, file };
}

function configText(more: string): string {
  return `export default { dialect: 'sqlite', dbCredentials: { url: './app.db' }, ${more} };\n`;
}

function expectBoth(file: string): void {
  const tables = rowsOf(file, `SELECT name FROM sqlite_master WHERE type = 'table'`).map(({ name }) => name);
  expect(tables).toEqual(expect.arrayContaining(['orders', 'workflow_runs', 'workflow_steps', 'audit_events']));
  expect(rowsOf(file, 'SELECT * FROM __drizzle_migrations')).toHaveLength(1);
  expect(rowsOf(file, 'SELECT * FROM __sisyphus_migrations').length).toBeGreaterThan(0);
}
