import type Database from 'better-sqlite3';

/** Who "holds" a raw run, and its process: as long as what the engine writes there. */
export const rawWorker = 'bench-host/12345/0123abcd';
export const rawHolder = JSON.stringify({
  host: 'bench-host',
  bootId: '6f1c2b9e-3f0a-4c5d-9a7b-1d2e3f4a5b6c',
  pidNamespace: 'pid:[4026531836]',
  pid: 12345,
  processStart: '1234567',
});

/** The bound statements of the raw contender; all times are `at`. */
export type RawStatements = ReturnType<typeof prepareRaw>;

/** Prepares, once, the statements that write what the engine writes, with no column bound that stays NULL or constant. */
export function prepareRaw(db: Database.Database) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    insertDefinition: db.prepare(
      `INSERT INTO workflow_definitions (hash, name, body, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    insertRun: db.prepare(
      `INSERT INTO workflow_runs
         (id, root_run_id, name, definition_hash, input, last_seq, created_at, updated_at, started_at, lease_expires_at,
          namespace, status, queue, priority, revision, fence, lease_ms, lease_worker, lease_holder, lease_renewals)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'default', 'running', 'default', 0, 1, 1, 30000,
          '${rawWorker}', '${rawHolder}', 0)`,
    ),
    updateRun: db.prepare('UPDATE workflow_runs SET revision = ?, last_seq = ?, updated_at = ? WHERE id = ?'),
    endRun: db.prepare(
      `UPDATE workflow_runs
       SET revision = ?, last_seq = ?, updated_at = ?, finished_at = ?, context = ?, output = 'null',
           status = 'completed', lease_worker = NULL, lease_holder = NULL, lease_expires_at = NULL
       WHERE id = ?`,
    ),
    insertEvent: db.prepare(
      `INSERT INTO audit_events (run_id, seq, type, source, step_key, attempt, fence, worker, at, payload)
       VALUES (?, ?, ?, 'engine', ?, ?, 1, '${rawWorker}', ?, ?)`,
    ),
    upsertStep: db.prepare(
      `INSERT INTO workflow_steps
         (run_id, step_key, step_id, input_hash, item_count, started_at, updated_at,
          type, status, attempts, attempts_base, delivery)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'work', 'running', 1, 0, 'at-least-once')
       ON CONFLICT (run_id, step_key) DO UPDATE SET
         status = excluded.status, attempts = excluded.attempts, input_hash = excluded.input_hash,
         item_count = excluded.item_count, error = NULL, wake_at = NULL, finished_at = NULL,
         updated_at = excluded.updated_at`,
    ),
    completeStep: db.prepare(
      `UPDATE workflow_steps
       SET status = 'completed', result = ?, settled_seq = ?, finished_at = ?, updated_at = ?
       WHERE run_id = ? AND step_key = ?`,
    ),
  };
}
