import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { withBusyTimeout } from './with-busy-timeout.js';

function openMemory() {
  const client = new Database(':memory:', { timeout: 777 });
  const timeout = () => client.pragma('busy_timeout', { simple: true });
  return { db: drizzle(client), timeout };
}

test('sets the timeout for the work and gives the value back', () => {
  const { db, timeout } = openMemory();
  expect(withBusyTimeout(db, 1500.7, timeout)).toBe(1500);
  expect(timeout()).toBe(777);
});

test("gives the caller's timeout back after an error as well", () => {
  const { db, timeout } = openMemory();
  const work = () => {
    throw new Error('no');
  };
  expect(() => withBusyTimeout(db, 1500, work)).toThrow('no');
  expect(timeout()).toBe(777);
});
