import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { ensureLedger, readLedger, recordMigration } from './ledger.js';

const migration = { tag: '0000_a', createdAt: 1_700_000_000_000, hash: 'abc', statements: [] };

test('reads no rows where there is no ledger, and makes none by reading', () => {
  const client = new Database(':memory:');
  expect(readLedger(drizzle(client))).toEqual([]);
  expect(client.prepare('SELECT count(*) AS n FROM sqlite_master').get()).toEqual({ n: 0 });
});

test('gives back what was recorded, in order', () => {
  const db = drizzle(new Database(':memory:'));
  ensureLedger(db);
  ensureLedger(db);
  recordMigration(db, migration);
  recordMigration(db, { ...migration, hash: 'def', createdAt: 5 });
  expect(readLedger(db)).toEqual([
    { hash: 'abc', createdAt: 1_700_000_000_000 },
    { hash: 'def', createdAt: 5 },
  ]);
});

test('gives plain numbers on a connection that reads integers as BigInt', () => {
  const client = new Database(':memory:');
  client.defaultSafeIntegers(true);
  const db = drizzle(client);
  ensureLedger(db);
  recordMigration(db, migration);
  expect(readLedger(db)).toEqual([{ hash: 'abc', createdAt: 1_700_000_000_000 }]);
});
