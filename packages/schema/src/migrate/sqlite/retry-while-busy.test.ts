import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { retryWhileBusy } from './retry-while-busy.js';

const busy = () => new Database.SqliteError('database is locked', 'SQLITE_BUSY');

test('does the work again until it is no longer busy, and gives its value', () => {
  let tries = 0;
  const value = retryWhileBusy(() => {
    tries += 1;
    if (tries < 4) throw busy();
    return 'done';
  }, 10_000);
  expect([value, tries]).toEqual(['done', 4]);
});

test('throws what the database said last once the wait is over, after at least one try', () => {
  let tries = 0;
  const error = busy();
  const work = () => {
    tries += 1;
    throw error;
  };
  expect(() => retryWhileBusy(work, 0)).toThrow(error);
  expect(tries).toBe(1);
});

test('passes any other error on at once', () => {
  let tries = 0;
  const work = () => {
    tries += 1;
    throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR');
  };
  expect(() => retryWhileBusy(work, 10_000)).toThrow('disk I/O error');
  expect(tries).toBe(1);
});
