import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { driverCode, driverError, isBusy, type SqliteDatabase } from './database.js';

const client = new Database(':memory:');
// A schema of the caller's own must not matter to the type.
const db: SqliteDatabase = drizzle(client, { schema: { own: {} } });

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test("finds the driver's error in what Drizzle throws, wrapped by run or bare from values", () => {
  for (const ask of [() => db.run(sql`SELECT * FROM nowhere`), () => db.values(sql`SELECT * FROM nowhere`)]) {
    const error = thrownBy(ask);
    expect(driverError(error)).toBeInstanceOf(Database.SqliteError);
    expect(driverCode(error)).toBe('SQLITE_ERROR');
  }
});

test('gives no code for what is no error of a driver', () => {
  const systemError = Object.assign(new Error('gone'), { code: 'ENOENT' });
  for (const thrown of [new Error('plain'), systemError, 'text', null]) expect(driverCode(thrown)).toBeNull();
  expect(driverError('text')).toBe('text');
});

test('knows busy under its extended codes too', () => {
  expect(isBusy(new Database.SqliteError('database is locked', 'SQLITE_BUSY_SNAPSHOT'))).toBe(true);
  expect(isBusy(new Database.SqliteError('database table is locked', 'SQLITE_LOCKED'))).toBe(false);
});
