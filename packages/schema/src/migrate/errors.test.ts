import { expect, test } from 'vitest';
import { SisyphusError } from '../model/sisyphus-error.js';
import {
  MigrationEditedError,
  MigrationFailedError,
  MigrationForeignTablesError,
  MigrationLockedError,
  MigrationNewerError,
  MigrationPendingError,
} from './errors.js';

const cause = new Error('no such column: x');

test.each([
  [new MigrationNewerError(['h']), 'MIGRATION_NEWER', /1 migration .*Upgrade the @sisyphus-state packages/],
  [new MigrationNewerError(['h', 'i']), 'MIGRATION_NEWER', /2 migrations /],
  [new MigrationEditedError(['0000_a']), 'MIGRATION_EDITED', /0000_a.*Restore the migration as published/],
  [
    new MigrationPendingError(['0000_a'], false),
    'MIGRATION_PENDING',
    /0000_a.*`drizzle-kit migrate`.*`sisyphus migrate`/,
  ],
  [new MigrationPendingError(['0000_a'], true), 'MIGRATION_PENDING', /the draft's code.*adopts/],
  [
    new MigrationForeignTablesError(['payloads']),
    'MIGRATION_FOREIGN_TABLES',
    /payloads.*Use another database, or rename/,
  ],
  [new MigrationLockedError(500, { cause }), 'MIGRATION_LOCKED', /more than 500 ms.*Try again/],
  [
    new MigrationFailedError('Migration 0001_b, statement 2', { cause }),
    'MIGRATION_FAILED',
    /0001_b, statement 2 failed: no such column: x.*rolled back/,
  ],
])('%s carries its code and says what to do', (error, code, says) => {
  expect(error).toBeInstanceOf(SisyphusError);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(says);
});

test('keeps the cause it was given', () => {
  expect(new MigrationFailedError('It', { cause }).cause).toBe(cause);
  expect(new MigrationLockedError(1, { cause }).cause).toBe(cause);
});
