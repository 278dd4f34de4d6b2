import { describe, expect, it } from 'vitest';
import { RunNotFoundError } from '../errors.js';
import { isBusy, isClosed, isFatal, sqliteCode, translateError } from './driver-errors.js';

const driverError = (code: string): Error => Object.assign(new Error('the driver says no'), { code });
const closed = new TypeError('The database connection is not open');
const inUse = new TypeError('This database connection is busy executing a query');

/** Each of the driver's codes, our code for it, and whether it is worth waiting for or ends the transaction. */
const table: readonly (readonly [driver: string, ours: string | null, busy: boolean, fatal: boolean])[] = [
  ['SQLITE_BUSY', 'STORE_BUSY', true, false],
  ['SQLITE_BUSY_SNAPSHOT', 'STORE_BUSY', true, false],
  ['SQLITE_BUSY_TIMEOUT', 'STORE_BUSY', true, false],
  ['SQLITE_LOCKED', 'STORE_BUSY', true, false],
  ['SQLITE_FULL', 'STORE_FULL', false, true],
  ['SQLITE_IOERR', 'STORE_IO', false, true],
  ['SQLITE_IOERR_FSYNC', 'STORE_IO', false, true],
  ['SQLITE_NOMEM', 'STORE_IO', false, true],
  ['SQLITE_NOTADB', 'NOT_A_DATABASE', false, true],
  ['SQLITE_CORRUPT', 'NOT_A_DATABASE', false, true],
  ['SQLITE_CORRUPT_VTAB', 'NOT_A_DATABASE', false, true],
  ['SQLITE_CANTOPEN', 'STORE_OPEN', false, true],
  ['SQLITE_CANTOPEN_ISDIR', 'STORE_OPEN', false, true],
  ['SQLITE_READONLY', 'STORE_OPEN', false, true],
  ['SQLITE_READONLY_DBMOVED', 'STORE_OPEN', false, true],
  ['SQLITE_PERM', 'STORE_OPEN', false, false],
  ['SQLITE_CONSTRAINT_UNIQUE', null, false, false],
  ['SQLITE_ERROR', null, false, false],
];

describe('an error of the driver', () => {
  it.each(table)('%s is %s to our callers', (driver, ours, busy, fatal) => {
    const error = driverError(driver);
    const translated = translateError(error, '/data/state.db');
    expect([isBusy(error), isFatal(error)]).toEqual([busy, fatal]);
    if (ours === null) return expect(translated).toBe(error);
    expect(translated).toMatchObject({
      code: ours,
      cause: error,
      details: { location: '/data/state.db', sqlite: driver },
    });
    expect(String(translated)).toContain('/data/state.db');
  });

  it('is recognised where an ORM has wrapped it', () => {
    const wrapped = new Error('query failed', {
      cause: new Error('run failed', { cause: driverError('SQLITE_FULL') }),
    });
    expect(sqliteCode(wrapped)).toBe('SQLITE_FULL');
    expect(translateError(wrapped, 'x')).toMatchObject({ code: 'STORE_FULL', cause: wrapped });
  });

  it('tells a closed connection, and one that somebody is still reading from', () => {
    expect([isClosed(closed), isBusy(closed), isFatal(closed)]).toEqual([true, false, false]);
    expect([isClosed(inUse), isBusy(inUse), isFatal(inUse)]).toEqual([false, true, false]);
    expect(translateError(closed, 'x')).toMatchObject({ code: 'STORE_CLOSED', cause: closed });
  });
});

describe('an error that is none of the driver’s', () => {
  it.each([
    new Error('mine'),
    new RunNotFoundError('r'),
    driverError('ENOENT'),
    driverError('sqlite_full'),
    Object.assign(new Error('number'), { code: 5 }),
    new TypeError('x is not a function'),
  ])('comes back as it is: %s', (error) => {
    expect(translateError(error, 'x')).toBe(error);
    expect([isBusy(error), isFatal(error), isClosed(error)]).toEqual([false, false, false]);
  });

  it.each(['text', null, undefined, 7, { code: 'SQLITE_FULL' }])(
    'comes back as it is although it is no Error: %j',
    (thrown) => {
      expect(translateError(thrown, 'x')).toBe(thrown);
      expect(isFatal(thrown)).toBe(false);
    },
  );

  it('may be its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(translateError(error, 'x')).toBe(error);
  });
});
