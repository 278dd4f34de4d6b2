import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { auditEvents } from '../../sqlite/audit-events.js';
import { payloads, runMailbox, workflowDefinitions } from '../../sqlite/other-tables.js';
import { workflowRuns } from '../../sqlite/workflow-runs.js';
import { workflowSteps } from '../../sqlite/workflow-steps.js';
import { sqliteMigrations } from '../generated/sqlite.js';
import { migrate, migrationStatus, verifyMigrations } from './migrate.js';

test('brings a new database to the newest migration, after which every Drizzle table can be read', () => {
  const db = drizzle(new Database(':memory:'));
  const tags = sqliteMigrations.map(({ tag }) => tag);
  expect(() => verifyMigrations(db)).toThrow(expect.objectContaining({ code: 'MIGRATION_PENDING' }));
  expect(migrate(db)).toEqual({ applied: tags, adopted: null });
  expect(() => verifyMigrations(db)).not.toThrow();
  expect(migrationStatus(db)).toMatchObject({ database: 'migrated', applied: tags, pending: [] });
  for (const table of [workflowRuns, workflowSteps, auditEvents, runMailbox, payloads, workflowDefinitions]) {
    expect(db.select().from(table).all()).toEqual([]);
  }
});

test('gives the caller back its busy_timeout', () => {
  const client = new Database(':memory:', { timeout: 4321 });
  migrate(drizzle(client), { waitMs: 5 });
  expect(client.pragma('busy_timeout', { simple: true })).toBe(4321);
});
