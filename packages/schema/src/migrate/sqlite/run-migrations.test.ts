import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import type { EmbeddedMigration } from '../embedded-migration.js';
import { readStatus, runMigrations, verifyLedger } from './run-migrations.js';

const migration = (tag: string, createdAt: number, ...statements: string[]): EmbeddedMigration => ({
  tag,
  createdAt,
  hash: `hash of ${tag} as ${statements.join()}`,
  statements,
});
const first = migration('0000_a', 100, 'CREATE TABLE `a` (`id` integer)', 'INSERT INTO a VALUES (1)');
const second = migration('0001_b', 200, 'ALTER TABLE `a` ADD `b` text', 'CREATE TABLE `c` (`id` integer)');
const broken = migration('0001_b', 200, 'CREATE TABLE `c` (`id` integer)', 'INSERT INTO nowhere VALUES (1)');

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-migrate-'));
  folders.push(folder);
  return folder;
}

function openMemory(options: Database.Options = {}) {
  return openFile(':memory:', options);
}

function openFile(file: string, options: Database.Options = {}) {
  const client = new Database(file, options);
  const db = drizzle(client);
  const workOn = (migrations: readonly EmbeddedMigration[]) => ({ db, migrations, waitMs: 1000 });
  return {
    client,
    run: (...migrations: EmbeddedMigration[]) => runMigrations(workOn(migrations), () => 0),
    verify: (...migrations: EmbeddedMigration[]) => verifyLedger(workOn(migrations)),
    status: (...migrations: EmbeddedMigration[]) => readStatus(workOn(migrations)),
    dump: () => client.serialize().toString('latin1'),
  };
}
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('runMigrations', () => {
  test('applies what is pending in order and says so, and then has nothing to do', () => {
    const { run, verify } = openMemory();
    expect(run(first)).toEqual({ applied: ['0000_a'], adopted: null });
    expect(() => verify(first)).not.toThrow();
    expect(run(first, second)).toEqual({ applied: ['0001_b'], adopted: null });
    expect(run(first, second)).toEqual({ applied: [], adopted: null });
  });

  test('applies a migration that was merged late under an older instant', () => {
    const late = migration('0000_late', 50, 'CREATE TABLE `late` (`id` integer)');
    const { run } = openMemory();
    run(first);
    expect(run(late, first).applied).toEqual(['0000_late']);
  });

  test('leaves all as it was when a statement is refused, and names migration and statement', () => {
    const { run, dump, client } = openMemory();
    run(first);
    const before = dump();
    expect(() => run(first, broken)).toThrow(code('MIGRATION_FAILED'));
    expect(() => run(first, broken)).toThrow(/Migration 0001_b, statement 2 failed: no such table: nowhere/);
    expect(client.inTransaction).toBe(false);
    expect(dump()).toBe(before);
    expect(run(first, second).applied).toEqual(['0001_b']);
  });

  test('leaves a new database empty when its second migration is refused: all pending ones are one transaction', () => {
    const { run, client } = openMemory();
    expect(() => run(first, broken)).toThrow(code('MIGRATION_FAILED'));
    expect(client.prepare('SELECT name FROM sqlite_master').all()).toEqual([]);
  });

  test('reads an up-to-date database without asking for the write lock', () => {
    const seen: string[] = [];
    const { run } = openMemory({ verbose: (statement) => seen.push(String(statement)) });
    run(first);
    expect(seen.some((statement) => /BEGIN IMMEDIATE/i.test(statement))).toBe(true);
    seen.length = 0;
    run(first);
    expect(seen.some((statement) => /^\s*(BEGIN IMMEDIATE|INSERT|CREATE)/i.test(statement))).toBe(false);
  });

  test('looks again under the lock: what another connection did meanwhile is not done twice', () => {
    const file = join(tempFolder(), 'state.db');
    const other = openFile(file);
    let isMeanwhile = true;
    const { run, client } = openFile(file, {
      verbose: (statement) => {
        if (!isMeanwhile || !/^BEGIN IMMEDIATE/i.test(String(statement))) return;
        isMeanwhile = false;
        other.run(first);
      },
    });
    expect(run(first)).toEqual({ applied: [], adopted: null });
    expect(isMeanwhile).toBe(false);
    expect(client.prepare('SELECT count(*) AS n FROM __sisyphus_migrations').get()).toEqual({ n: 1 });
    client.close();
    other.client.close();
  });

  test('refuses tables of a pending migration that stand there without a ledger', () => {
    const { run, client, dump } = openMemory();
    client.exec('CREATE TABLE c (x)');
    const before = dump();
    expect(() => run(first, second)).toThrow(code('MIGRATION_FOREIGN_TABLES'));
    expect(dump()).toBe(before);
  });
});

describe('verifyLedger', () => {
  test('names exactly what is pending', () => {
    const { run, verify } = openMemory();
    run(first);
    expect(() => verify(first, second)).toThrow(
      expect.objectContaining({ code: 'MIGRATION_PENDING', details: { tags: ['0001_b'], isDraft: false } }),
    );
  });

  test('refuses a database a newer version wrote', () => {
    const { run, verify } = openMemory();
    run(first, second);
    expect(() => verify(first)).toThrow(code('MIGRATION_NEWER'));
  });

  test('refuses a database whose migration had another text', () => {
    const { run, verify } = openMemory();
    run(first, broken.statements[0] ? migration('0001_b', 200, broken.statements[0]) : broken);
    expect(() => verify(first, second)).toThrow(code('MIGRATION_EDITED'));
  });
});

test('readStatus tells applied from pending and never throws over a ledger', () => {
  const { run, status } = openMemory();
  expect(status(first, second)).toMatchObject({ database: 'new', applied: [], pending: ['0000_a', '0001_b'] });
  run(first);
  expect(status(first, second)).toMatchObject({ database: 'migrated', applied: ['0000_a'], pending: ['0001_b'] });
  run(first, second);
  expect(status(first)).toMatchObject({ applied: ['0000_a'], unknown: [second.hash], pending: [], edited: [] });
});
