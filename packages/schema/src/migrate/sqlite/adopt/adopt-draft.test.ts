import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { sqliteMigrations } from '../../generated/sqlite.js';
import { applyMigrations } from '../apply-migrations.js';
import { draftShape, draftTableNames } from '../draft-shape.js';
import { adoptDraft } from './adopt-draft.js';
import { setDraftAside } from './set-draft-aside.js';

/** The draft's tables, set aside, with the new ones beside them. */
function setAside(fill: (client: Database.Database) => void) {
  const client = new Database(':memory:');
  for (const table of draftTableNames) client.exec(`CREATE TABLE ${table} (${draftShape[table].join()})`);
  fill(client);
  const db = drizzle(client);
  setDraftAside(db);
  applyMigrations(db, sqliteMigrations);
  return { client, db };
}

test('copies more runs than it reads at once, each with its own steps and events, in their order', () => {
  const runs = 450;
  const { client, db } = setAside((draft) => {
    for (let n = 0; n < runs; n += 1) {
      draft.prepare(`INSERT INTO workflow_runs VALUES (?, 'wf', 'completed', '{}', '{}', 1, 1)`).run(`r${n}`);
      draft.prepare(`INSERT INTO workflow_steps VALUES (?, ?, 'completed', '1', 0, 1)`).run(`r${n}`, `s${n}`);
      draft.prepare(`INSERT INTO audit_events VALUES (?, ?, 'note', '{}', 1)`).run(runs - n, `r${n}`);
    }
  });
  expect(adoptDraft(db, 5)).toEqual({ runs, steps: runs, events: runs, orphans: 0 });
  const ids = client.prepare('SELECT id FROM workflow_runs ORDER BY rowid').pluck().all();
  expect(ids).toEqual(Array.from({ length: runs }, (_, n) => `r${n}`));
  const strays = `SELECT count(*) FROM workflow_steps WHERE substr(run_id, 2) <> substr(step_key, 2)`;
  expect(client.prepare(strays).pluck().get()).toBe(0);
  expect(client.prepare('SELECT count(*), max(seq) FROM audit_events').raw().get()).toEqual([2 * runs, 2]);
});

test('adopts tables without a single row', () => {
  const { db } = setAside(() => {});
  expect(adoptDraft(db, 5)).toEqual({ runs: 0, steps: 0, events: 0, orphans: 0 });
});

test('stores one body for a value that two runs share', () => {
  const { client, db } = setAside((draft) => {
    const insert = draft.prepare(`INSERT INTO workflow_runs VALUES (?, 'wf', 'completed', ?, '{}', 1, 1)`);
    for (const id of ['a', 'b']) insert.run(id, JSON.stringify('x'.repeat(9000)));
  });
  adoptDraft(db, 5);
  const refs = client.prepare('SELECT DISTINCT input_ref FROM workflow_runs').pluck().all();
  expect(client.prepare('SELECT sha256 FROM payloads').pluck().all()).toEqual(refs);
});

test('adopts through a connection that reads integers as BigInt', () => {
  const { client, db } = setAside((draft) => {
    draft.exec(`INSERT INTO workflow_runs VALUES ('r', 'wf', 'failed', '{}', '{}', 1711852200000, 1711852200000)`);
    draft.exec(`INSERT INTO workflow_steps VALUES ('r', 's', 'failed', '{}', 3, 1711852200)`);
  });
  client.defaultSafeIntegers(true);
  expect(adoptDraft(db, 5)).toMatchObject({ runs: 1, steps: 1 });
  client.defaultSafeIntegers(false);
  const row = client.prepare('SELECT attempts, finished_at FROM workflow_steps').get();
  expect(row).toEqual({ attempts: 3, finished_at: 1_711_852_200_000 });
});
