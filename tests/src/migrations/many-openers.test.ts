import { join } from 'node:path';
import { migrate } from '@sisyphus-state/schema/sqlite';
import { describe, expect, test } from 'vitest';
import { makeDraftFile } from './fixtures/make-draft-file.js';
import { type Child, useChildren } from './support/child.js';
import { openFile, rowsOf } from './support/open-file.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();
const startChild = useChildren();

const processes = 8;
const rounds = 20;

describe('many processes that open one file at once', () => {
  test('one of them migrates a new file, none fails, and there is one set of tables (pitfall 30)', async () => {
    const children = await startAll();
    const folder = tempFolder();
    for (let round = 0; round < rounds; round += 1) {
      const file = join(folder, `${round}.db`);
      const answers = await Promise.all(children.map((child) => child.ask({ verb: 'open', file })));
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      expect(answers.map(({ journalMode }) => journalMode)).toEqual(Array(processes).fill('wal'));
      expect(answers.filter(({ applied }) => Array.isArray(applied) && applied.length > 0)).toHaveLength(1);
      expectMigratedOnce(file);
    }
  }, 60_000);

  test("one of them adopts the draft's file, none fails, and nothing arrives twice", async () => {
    const children = await startAll();
    const folder = tempFolder();
    for (let round = 0; round < 5; round += 1) {
      const file = join(folder, `${round}.db`);
      await makeDraftFile(file);
      const answers = await Promise.all(children.map((child) => child.ask({ verb: 'open', file })));
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      expect(answers.filter(({ adopted }) => adopted !== null)).toHaveLength(1);
      expect(rowsOf(file, 'SELECT id FROM workflow_runs')).toEqual(rowsOf(file, 'SELECT id FROM draft_workflow_runs'));
      expectMigratedOnce(file);
    }
  }, 60_000);

  test('an up-to-date file opens while another process holds its write lock', async () => {
    const file = join(tempFolder(), 'state.db');
    const { db, client } = openFile(file);
    client.pragma('journal_mode = WAL');
    migrate(db);
    const child = await startChild();
    await child.ask({ verb: 'lock', file });
    // Not a moment of patience, so that waiting for the writer would be an error.
    expect(migrate(db, { waitMs: 0 })).toEqual({ applied: [], adopted: null });
    client.close();
  });

  test('a file that needs migrating waits for the writer, and says so when the wait is over', async () => {
    const file = join(tempFolder(), 'state.db');
    const { db, client } = openFile(file);
    client.pragma('journal_mode = WAL');
    client.pragma('busy_timeout = 1234');
    const child = await startChild();
    await child.ask({ verb: 'lock', file });
    expect(() => migrate(db, { waitMs: 20 })).toThrow(
      expect.objectContaining({ code: 'MIGRATION_LOCKED', cause: expect.objectContaining({ code: 'SQLITE_BUSY' }) }),
    );
    expect(client.pragma('busy_timeout', { simple: true })).toBe(1234);
    await child.ask({ verb: 'unlock', file });
    expect(migrate(db).applied).toContain('0000_foundation');
    client.close();
  });
});

function startAll(): Promise<Child[]> {
  return Promise.all(Array.from({ length: processes }, startChild));
}

function expectMigratedOnce(file: string): void {
  const tables = rowsOf(file, `SELECT count(*) AS n FROM sqlite_master WHERE name = 'workflow_runs'`);
  const ledger = rowsOf(file, 'SELECT hash, count(*) AS n FROM __sisyphus_migrations GROUP BY hash HAVING n > 1');
  expect({ tables, ledger }).toEqual({ tables: [{ n: 1 }], ledger: [] });
}
