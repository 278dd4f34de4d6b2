import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { sqliteMigrations } from '../generated/sqlite.js';
import { inspectDatabase } from './inspect-database.js';
import { migrate } from './migrate.js';

const draftRuns = 'CREATE TABLE workflow_runs (id, name, status, input, context, created_at, updated_at)';
const draftEvents = 'CREATE TABLE audit_events (id, run_id, type, payload, timestamp)';

test.each([
  { name: 'nothing', sql: [], kind: 'new', foreign: [] },
  { name: "only an application's tables", sql: ['CREATE TABLE orders (id)'], kind: 'new', foreign: [] },
  { name: "one of the draft's tables", sql: [draftRuns], kind: 'draft', foreign: [] },
  {
    name: "tables of the draft beside an application's",
    sql: [draftRuns, draftEvents, 'CREATE TABLE orders (id)'],
    kind: 'draft',
    foreign: [],
  },
  {
    name: "the draft's tables and another of ours",
    sql: [draftRuns, 'CREATE TABLE payloads (id)'],
    kind: 'foreign',
    foreign: ['payloads'],
  },
  {
    name: "the draft's tables in another order of columns",
    sql: ['CREATE TABLE audit_events (run_id, id, type, payload, timestamp)'],
    kind: 'foreign',
    foreign: ['audit_events'],
  },
  { name: 'a view of our name', sql: ['CREATE VIEW "Payloads" AS SELECT 1'], kind: 'foreign', foreign: ['Payloads'] },
  {
    name: 'an index of our name',
    sql: ['CREATE TABLE orders (id)', 'CREATE INDEX payloads ON orders (id)'],
    kind: 'new',
    foreign: [],
  },
  {
    name: "the draft's tables with their new place taken",
    sql: [draftRuns, 'CREATE TABLE draft_workflow_runs (id)'],
    kind: 'foreign',
    foreign: ['draft_workflow_runs'],
  },
])('a database that holds $name is $kind', ({ sql, kind, foreign }) => {
  const client = new Database(':memory:');
  for (const statement of sql) client.exec(statement);
  expect(inspectDatabase(drizzle(client), sqliteMigrations)).toMatchObject({ kind, foreign });
  expect(client.inTransaction).toBe(false);
});

test("sees another connection's migration whole or not at all: never its tables without its ledger", () => {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-inspect-'));
  const file = join(folder, 'state.db');
  const other = new Database(file);
  other.pragma('journal_mode = WAL');
  let isMeanwhile = true;
  const client = new Database(file, {
    verbose: (statement) => {
      // Just before the tables are read, after the ledger was not found.
      if (!isMeanwhile || !String(statement).includes("IN ('table', 'view')")) return;
      isMeanwhile = false;
      migrate(drizzle(other));
    },
  });
  const db = drizzle(client);
  expect(inspectDatabase(db, sqliteMigrations).kind).toBe('new');
  expect(isMeanwhile).toBe(false);
  expect(inspectDatabase(db, sqliteMigrations).kind).toBe('migrated');
  client.close();
  other.close();
  rmSync(folder, { recursive: true });
});
