import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { setDraftAside } from './set-draft-aside.js';

const tables = `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`;

test('makes the tables that are missing, empty, under their kept names', () => {
  const client = new Database(':memory:');
  client.exec('CREATE TABLE workflow_runs (id, name, status, input, context, created_at, updated_at)');
  client.exec(`INSERT INTO workflow_runs (id) VALUES ('r')`);
  setDraftAside(drizzle(client));
  expect(client.prepare(tables).pluck().all()).toEqual([
    'draft_audit_events',
    'draft_workflow_runs',
    'draft_workflow_steps',
  ]);
  expect(client.prepare('SELECT id FROM draft_workflow_runs').pluck().all()).toEqual(['r']);
});

test('says what failed when a new place is taken', () => {
  const client = new Database(':memory:');
  client.exec('CREATE TABLE workflow_runs (id)');
  client.exec('CREATE TABLE draft_workflow_runs (id)');
  expect(() => setDraftAside(drizzle(client))).toThrow(
    expect.objectContaining({ code: 'MIGRATION_FAILED', message: expect.stringContaining('already another table') }),
  );
});
