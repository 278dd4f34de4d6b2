import { join } from 'node:path';
import { migrate, migrationStatus, migrationsFolder, verifyMigrations } from '@sisyphus-state/schema/sqlite';
import { openStore, verifyRun } from '@sisyphus-state/store';
import { migrate as drizzleMigrate } from 'drizzle-orm/better-sqlite3/migrator';
import { describe, expect, test } from 'vitest';
import { drizzleKit } from './support/drizzle-kit.js';
import { openFile, rowsOf } from './support/open-file.js';
import { makeRunsInEveryState, readWhole } from './support/runs-in-every-state.js';
import { useTempFolder } from './support/temp-folder.js';
import { copyVersion } from './support/version-before.js';

const tempFolder = useTempFolder();
const tables = ['workflow_definitions', 'payloads', 'workflow_runs', 'workflow_steps', 'audit_events', 'run_mailbox'];

/** Ways to bring a file of the version before up to date. */
const doors: readonly (readonly [string, (file: string) => unknown])[] = [
  ['drizzle-kit', (file) => drizzleKit(['migrate'], { database: file })],
  [
    'the library',
    (file) => {
      const { db, client } = openFile(file);
      expect(migrate(db)).toEqual({ applied: ['0001_queues', '0002_budgets'], adopted: null });
      client.close();
    },
  ],
  ['opening a store', async (file) => (await openStore(file)).close()],
];

describe('a file of the version before', () => {
  test.each(doors)('keeps all its runs, steps, events, values and mail when it is migrated by %s', async (_, open) => {
    const { file, runIds, before } = await makeOldFile();
    await open(file);
    const store = await openStore(file, { migrate: false });
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
    await store.close();
  });

  test('has the very tables and indexes of a new file afterwards', async () => {
    const { file } = await makeOldFile();
    const fresh = join(tempFolder(), 'new.db');
    for (const each of [file, fresh]) await (await openStore(each)).close();
    // The ledger's text differs in white space: another door made it.
    const objects = `SELECT type, name, sql FROM sqlite_master WHERE name <> '__sisyphus_migrations' ORDER BY type, name`;
    const schemaOf = (each: string) => rowsOf(each, objects);
    expect(schemaOf(file)).toEqual(schemaOf(fresh));
  });

  test('is worked on like any other: what is due is found, taken and listed', async () => {
    const { file } = await makeOldFile();
    const store = await openStore(file);
    const queues = [{ name: 'default', perKey: 1 }, { name: 'other' }];
    const { runs, nextDueAt } = await store.findDue({ queues, limit: 10 });
    expect([runs.length, nextDueAt !== null]).toEqual([3, true]);
    expect(await store.claimDue({ queues, limit: 10, worker: 'w2', leaseMs: 1000 })).toHaveLength(3);
    expect(await store.listRuns({ name: 'w', status: ['running', 'failed'] })).toHaveLength(5);
    await store.close();
  });

  test('is told from one that is up to date, and is not touched by those who only look', async () => {
    const { file } = await makeOldFile();
    const { db, client } = openFile(file);
    expect(migrationStatus(db)).toMatchObject({
      applied: ['0000_foundation'],
      pending: ['0001_queues', '0002_budgets'],
      edited: [],
    });
    expect(() => verifyMigrations(db)).toThrow(expect.objectContaining({ code: 'MIGRATION_PENDING' }));
    client.close();
    await expect(openStore(file, { migrate: false })).rejects.toMatchObject({ code: 'MIGRATION_PENDING' });
    expect(rowsOf(file, 'SELECT count(*) AS rows FROM __sisyphus_migrations')).toEqual([{ rows: 1 }]);
  });
});

/** A file as the first version left it: its tables by its own migration, its rows without what it did not know. */
async function makeOldFile() {
  const folder = tempFolder();
  const [file, source] = [join(folder, 'old.db'), join(folder, 'source.db')];
  const store = await openStore(source);
  const runIds = await makeRunsInEveryState(store);
  const before = await readWhole(store, runIds);
  await store.close();
  const { db, client } = openFile(file);
  const migrations = copyVersion(migrationsFolder(), '0000_foundation', join(folder, 'migrations'));
  drizzleMigrate(db, { migrationsFolder: migrations, migrationsTable: '__sisyphus_migrations' });
  client.prepare('ATTACH ? AS source').run(source);
  for (const table of tables) {
    const columns = client.prepare(`SELECT name FROM pragma_table_info(?)`).pluck().all(table).join(', ');
    client.exec(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM source.${table}`);
  }
  client.close();
  return { file, runIds, before };
}
