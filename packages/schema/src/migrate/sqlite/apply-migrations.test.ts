import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, test } from 'vitest';
import { applyMigrations, explainRefusal } from './apply-migrations.js';
import { readLedger } from './ledger.js';

const db = drizzle(new Database(':memory:'));
const fault = (code: string) => () => {
  throw new Database.SqliteError('as the driver said', code);
};

test('runs the statements and records each migration with its own instant', () => {
  const migration = {
    tag: '0000_a',
    createdAt: 7,
    hash: 'h',
    statements: ['CREATE TABLE a (id)', 'CREATE TABLE b (id)'],
  };
  applyMigrations(db, [migration]);
  expect(readLedger(db)).toEqual([{ hash: 'h', createdAt: 7 }]);
  expect(db.values(sql`SELECT count(*) FROM sqlite_master WHERE name IN ('a', 'b')`)).toEqual([[2]]);
});

describe('explainRefusal', () => {
  test.each(['SQLITE_ERROR', 'SQLITE_CONSTRAINT_FOREIGNKEY'])(
    'names the work when the driver says %s, and keeps its error',
    (code) => {
      const failed = expect.objectContaining({ code: 'MIGRATION_FAILED', cause: expect.objectContaining({ code }) });
      expect(() => explainRefusal('The work', fault(code))).toThrow(failed);
      expect(() => explainRefusal('The work', fault(code))).toThrow(/^The work failed: as the driver said/);
    },
  );

  test.each(['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_READONLY', 'SQLITE_IOERR_WRITE'])(
    'passes %s on as it is',
    (code) => {
      expect(() => explainRefusal('The work', fault(code))).toThrow(
        expect.objectContaining({ code, message: 'as the driver said' }),
      );
    },
  );

  test("gives the driver's error where Drizzle wraps it", () => {
    const refused = () => explainRefusal('The work', () => db.run(sql`INSERT INTO nowhere VALUES (1)`));
    expect(refused).toThrow(/^The work failed: no such table: nowhere/);
  });
});
