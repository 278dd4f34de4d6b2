import Database from 'better-sqlite3';

/** The draft's tables, as its file has them. */
export const draftTables = `
  CREATE TABLE IF NOT EXISTS workflow_runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK(status IN ('running', 'completed', 'failed')),
    input TEXT NOT NULL,
    context TEXT NOT NULL DEFAULT '{}',
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
  );
  CREATE TABLE IF NOT EXISTS workflow_steps (
    run_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK(status IN ('pending', 'running', 'completed', 'failed')),
    result TEXT,
    attempts INTEGER DEFAULT 0,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (run_id, step_id),
    FOREIGN KEY (run_id) REFERENCES workflow_runs(id)
  );
  CREATE TABLE IF NOT EXISTS audit_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (run_id) REFERENCES workflow_runs(id)
  );
  CREATE INDEX IF NOT EXISTS idx_audit_run ON audit_events(run_id);
  CREATE INDEX IF NOT EXISTS idx_steps_run ON workflow_steps(run_id);
`;

/** A step as the draft reads it back. */
export interface DraftStep {
  readonly stepId: string;
  readonly status: string;
  readonly result: unknown;
}

interface RawRun {
  readonly input: string;
  readonly context: string;
}

interface RawStep {
  readonly step_id: string;
  readonly status: string;
  readonly result: string | null;
}

/**
 * The draft's persistence, in its ways: every statement is prepared at each call, every call commits by itself, and a
 * run is read with all its steps, parsed.
 */
export class DraftStore {
  readonly db: Database.Database;

  constructor(path: string, synchronous: string) {
    this.db = new Database(path);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('busy_timeout = 5000');
    this.db.pragma(`synchronous = ${synchronous}`);
    this.db.exec(draftTables);
  }

  addRun(runId: string, name: string, input: object): void {
    const sql = "INSERT INTO workflow_runs (id, name, status, input) VALUES (?, ?, 'running', ?)";
    this.db.prepare(sql).run(runId, name, JSON.stringify(input));
    this.addEvent(runId, 'workflow_started', { name, input });
  }

  setStatus(runId: string, status: string): void {
    const sql = 'UPDATE workflow_runs SET status = ?, updated_at = CURRENT_TIMESTAMP WHERE id = ?';
    this.db.prepare(sql).run(status, runId);
    this.addEvent(runId, `workflow_${status}`, {});
  }

  putStep(runId: string, stepId: string, status: string, result: object | null): void {
    const sql = `INSERT INTO workflow_steps (run_id, step_id, status, result) VALUES (?, ?, ?, ?)
      ON CONFLICT(run_id, step_id)
      DO UPDATE SET status = excluded.status, result = excluded.result, updated_at = CURRENT_TIMESTAMP`;
    this.db.prepare(sql).run(runId, stepId, status, result && JSON.stringify(result));
  }

  addEvent(runId: string, type: string, body: object): void {
    const sql = 'INSERT INTO audit_events (run_id, type, payload) VALUES (?, ?, ?)';
    this.db.prepare(sql).run(runId, type, JSON.stringify(body));
  }

  /** Reads the run and all of its steps, and parses all that they hold. */
  readSteps(runId: string): readonly DraftStep[] {
    // Both rows are as the tables above have them.
    const run = this.db.prepare('SELECT * FROM workflow_runs WHERE id = ?').get(runId) as RawRun | undefined;
    if (run === undefined) throw new Error(`The draft has no run ${runId}.`);
    JSON.parse(run.input);
    JSON.parse(run.context);
    const steps = this.db.prepare('SELECT * FROM workflow_steps WHERE run_id = ?').all(runId) as RawStep[];
    return steps.map(({ step_id: stepId, status, result }) => ({
      stepId,
      status,
      result: result === null ? null : JSON.parse(result),
    }));
  }
}
