import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, migrationStatus, migrationsFolder, verifyMigrations } from '@sisyphus-state/schema/sqlite';
import { migrate as drizzleMigrate } from 'drizzle-orm/better-sqlite3/migrator';
import { describe, expect, test } from 'vitest';
import { drizzleKit } from './support/drizzle-kit.js';
import { dumpOf, openFile, rowsOf } from './support/open-file.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();

describe('the two doors of the migrations', () => {
  test('after drizzle-kit the library finds nothing to do and does not touch the file', async () => {
    const file = join(tempFolder(), 'state.db');
    await drizzleKit(['migrate'], { database: file });
    const before = hashOf(file);
    const { db, client } = openFile(file);
    expect(migrate(db)).toEqual({ applied: [], adopted: null });
    expect(() => verifyMigrations(db)).not.toThrow();
    client.close();
    expect(hashOf(file)).toBe(before);
  });

  test('after the library drizzle-kit finds nothing to do', async () => {
    const file = join(tempFolder(), 'state.db');
    const { db, client } = openFile(file);
    expect(migrate(db).applied).toContain('0000_foundation');
    client.close();
    const before = dumpOf(file);
    expect(await drizzleKit(['migrate'], { database: file })).toContain('migrations applied successfully');
    expect(dumpOf(file)).toBe(before);
  });

  test("drizzle's own migrator on the packaged folder is the same door as drizzle-kit", () => {
    const file = join(tempFolder(), 'state.db');
    const { db, client } = openFile(file);
    drizzleMigrate(db, { migrationsFolder: migrationsFolder(), migrationsTable: '__sisyphus_migrations' });
    expect(migrate(db).applied).toEqual([]);
    client.close();
  });

  test('both doors leave the same tables, the same ledger and the same rows in it', async () => {
    const folder = tempFolder();
    const [byKit, byLibrary] = [join(folder, 'kit.db'), join(folder, 'library.db')];
    await drizzleKit(['migrate'], { database: byKit });
    const { db, client } = openFile(byLibrary);
    migrate(db);
    client.close();
    expect(rowsOf(byLibrary, 'SELECT * FROM __sisyphus_migrations')).toEqual(
      rowsOf(byKit, 'SELECT * FROM __sisyphus_migrations'),
    );
    expect(schemaOf(byLibrary)).toEqual(schemaOf(byKit));
  });

  test('says how far a file is', () => {
    const file = join(tempFolder(), 'state.db');
    const { db, client } = openFile(file);
    expect(migrationStatus(db)).toMatchObject({ database: 'new', applied: [], unknown: [], edited: [], foreign: [] });
    expect(migrationStatus(db).pending).toContain('0000_foundation');
    migrate(db);
    expect(migrationStatus(db)).toMatchObject({
      database: 'migrated',
      pending: [],
      unknown: [],
      edited: [],
      foreign: [],
    });
    client.close();
  });
});

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Tables and indexes with their SQL; the ledger's differs only in white space and quotes. */
function schemaOf(file: string) {
  const objects = rowsOf(file, 'SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name');
  return objects.map((object) => ({
    ...object,
    sql: String(object.sql)
      .replace(/\s+/g, ' ')
      .replace(/\( | \)/g, (s) => s.trim()),
  }));
}
