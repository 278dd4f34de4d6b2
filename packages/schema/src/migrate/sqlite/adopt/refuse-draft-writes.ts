import { sql } from 'drizzle-orm';
import { workflowRuns } from '../../../sqlite/workflow-runs.js';
import type { SqliteDatabase } from '../database.js';

/**
 * Keeps the draft's code, should it still be running or be started again, from changing adopted runs.
 *
 * All its other writes fail on the new tables by themselves; only its status update would go through, without an event.
 * It is told by its time, which it writes as text.
 */
export function refuseDraftWrites(db: SqliteDatabase): void {
  db.run(sql`CREATE TRIGGER draft_writes_refused BEFORE UPDATE OF updated_at ON ${workflowRuns}
    WHEN typeof(NEW.updated_at) = 'text'
    BEGIN SELECT RAISE(ABORT, 'this file was adopted by a newer version; the code that wrote here may only read it'); END`);
}
