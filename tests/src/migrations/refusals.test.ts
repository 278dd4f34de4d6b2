import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SisyphusError } from '@sisyphus-state/schema';
import { migrate, migrationStatus, type SqliteDatabase, verifyMigrations } from '@sisyphus-state/schema/sqlite';
import { describe, expect, test } from 'vitest';
import { makeDraftFile } from './fixtures/make-draft-file.js';
import { openFile } from './support/open-file.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();

/** Makes a file with the given SQL, and gives it open. */
function fileWith(...statements: string[]) {
  const file = join(tempFolder(), 'state.db');
  const { client, db } = openFile(file);
  for (const statement of statements) client.exec(statement);
  return { file, client, db };
}

function migratedFileWith(...statements: string[]) {
  const made = fileWith();
  migrate(made.db);
  for (const statement of statements) made.client.exec(statement);
  return made;
}

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const code = (expected: string) => expect.objectContaining({ code: expected });

const refused = [
  {
    name: 'a file of a newer version',
    make: () =>
      migratedFileWith(`INSERT INTO __sisyphus_migrations (hash, created_at) VALUES ('later', 9000000000000)`),
    code: 'MIGRATION_NEWER',
    says: /written by a newer version.*Upgrade.*Nothing was changed/s,
  },
  {
    name: 'a ledger that records another text',
    make: () => migratedFileWith(`UPDATE __sisyphus_migrations SET hash = 'another'`),
    code: 'MIGRATION_EDITED',
    says: /records another text for 0000_foundation.*Nothing was changed/s,
  },
  {
    name: 'a table of ours that somebody else made',
    make: () => fileWith('CREATE TABLE payloads (id INTEGER)', 'CREATE TABLE other (id INTEGER)'),
    code: 'MIGRATION_FOREIGN_TABLES',
    says: /The tables payloads exist.*Use another database, or rename them/s,
  },
  {
    name: 'a view with the name of a table of ours, in capitals',
    make: () => fileWith('CREATE VIEW Workflow_Runs AS SELECT 1 AS id'),
    code: 'MIGRATION_FOREIGN_TABLES',
    says: /Workflow_Runs/,
  },
  {
    name: "tables named as the draft's with a column more",
    make: () =>
      fileWith('CREATE TABLE workflow_runs (id, name, status, input, context, created_at, updated_at, owner)'),
    code: 'MIGRATION_FOREIGN_TABLES',
    says: /workflow_runs/,
  },
  {
    name: "the draft's tables when the place they would move to is taken",
    make: () =>
      fileWith(
        'CREATE TABLE workflow_runs (id, name, status, input, context, created_at, updated_at)',
        'CREATE TABLE draft_audit_events (id)',
      ),
    code: 'MIGRATION_FOREIGN_TABLES',
    says: /draft_audit_events/,
  },
];

describe.each(refused)('given $name', ({ make, code: expected, says }) => {
  test.each([
    ['migrate', (db: SqliteDatabase) => migrate(db)],
    ['verifyMigrations', (db: SqliteDatabase) => verifyMigrations(db)],
  ])('%s refuses it with its code and leaves it byte for byte', (_verb, act) => {
    const { file, client, db } = make();
    const before = hashOf(file);
    const error = thrownBy(() => act(db));
    expect(error).toBeInstanceOf(SisyphusError);
    expect(error).toEqual(code(expected));
    expect(String(error)).toMatch(says);
    client.close();
    expect(hashOf(file)).toBe(before);
  });

  test('migrationStatus tells without throwing', () => {
    const { client, db } = make();
    const { unknown, edited, foreign } = migrationStatus(db);
    expect([...unknown, ...edited, ...foreign]).not.toEqual([]);
    client.close();
  });
});

describe('verifyMigrations', () => {
  test('refuses a new file, names what is pending and both ways to apply it, and writes nothing', () => {
    const { file, client, db } = fileWith();
    expect(() => verifyMigrations(db)).toThrow(code('MIGRATION_PENDING'));
    expect(() => verifyMigrations(db)).toThrow(/0000_foundation.*drizzle-kit migrate.*sisyphus migrate/s);
    client.close();
    expect(readFileSync(file)).toHaveLength(0);
  });

  test("refuses the draft's file and says that only the library adopts it", async () => {
    const file = join(tempFolder(), 'draft.db');
    await makeDraftFile(file);
    const { client, db } = openFile(file);
    expect(migrationStatus(db).database).toBe('draft');
    expect(() => verifyMigrations(db)).toThrow(code('MIGRATION_PENDING'));
    expect(() => verifyMigrations(db)).toThrow(/adopts what it holds; drizzle-kit can't/);
    client.close();
  });
});

describe('what the driver says of the file comes through as it is', () => {
  test('a file that is not a database', () => {
    const file = join(tempFolder(), 'notes.txt');
    writeFileSync(file, 'not a database, only text. '.repeat(100));
    const { client, db } = openFile(file);
    for (const act of [migrate, verifyMigrations, migrationStatus])
      expect(() => act(db)).toThrow(code('SQLITE_NOTADB'));
    client.close();
  });

  test('a file that may not be written: refused when it needs migrating, fine when it does not', () => {
    const { file, client } = fileWith('CREATE TABLE other (id INTEGER)');
    client.close();
    const unwritable = openFile(file, { readonly: true });
    expect(() => migrate(unwritable.db)).toThrow(code('SQLITE_READONLY'));
    unwritable.client.close();
    const writable = openFile(file);
    migrate(writable.db);
    writable.client.close();
    const current = openFile(file, { readonly: true });
    expect(migrate(current.db)).toEqual({ applied: [], adopted: null });
    current.client.close();
  });

  test('a full disk, which leaves the file as it was', () => {
    const { file, client, db } = fileWith('CREATE TABLE other (id INTEGER)');
    const before = hashOf(file);
    client.pragma('max_page_count = 8');
    expect(() => migrate(db)).toThrow(code('SQLITE_FULL'));
    expect(client.inTransaction).toBe(false);
    client.close();
    expect(hashOf(file)).toBe(before);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
