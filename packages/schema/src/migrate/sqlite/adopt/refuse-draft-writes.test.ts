import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../migrate.js';
import { refuseDraftWrites } from './refuse-draft-writes.js';

test("refuses the draft's update, whose time is text, and lets ours through", () => {
  const client = new Database(':memory:');
  const db = drizzle(client);
  migrate(db);
  const columns = 'id, name, status, root_run_id, created_at, updated_at';
  client.exec(`INSERT INTO workflow_runs (${columns}) VALUES ('r', 'wf', 'paused', 'r', 1, 1)`);
  refuseDraftWrites(db);
  const draft = client.prepare(
    `UPDATE workflow_runs SET status = 'running', updated_at = CURRENT_TIMESTAMP WHERE id = 'r'`,
  );
  expect(() => draft.run()).toThrow(/was adopted/);
  const ours = client.prepare(`UPDATE workflow_runs SET status = 'running', updated_at = ? WHERE id = 'r'`);
  expect(ours.run(Date.UTC(2030, 0, 1)).changes).toBe(1);
});
