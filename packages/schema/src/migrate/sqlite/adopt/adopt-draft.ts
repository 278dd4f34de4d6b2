import { asc, eq, gt, sql } from 'drizzle-orm';
import type { Adoption } from '../../migration-status.js';
import { explainRefusal } from '../apply-migrations.js';
import type { SqliteDatabase } from '../database.js';
import { adoptRun } from './adopt-run.js';
import { type DraftRecords, type DraftRun, draftEvents, draftRuns, draftSteps } from './draft-tables.js';
import { prepareRunInsert } from './insert-rows.js';
import { refuseDraftWrites } from './refuse-draft-writes.js';

const runsPerPage = 200;

/**
 * Copies what the draft's file held from its tables, which were set aside before, into the new ones.
 *
 * Runs inside the caller's transaction. One run is in memory at a time; `now` is the instant of each `run_adopted`.
 */
export function adoptDraft(db: SqliteDatabase, now: number): Adoption {
  return explainRefusal("Adopting the draft's file", () => {
    const insert = prepareRunInsert(db);
    const count = { runs: 0, steps: 0, events: 0 };
    for (const records of readRuns(db)) {
      insert(adoptRun(records, now));
      count.runs += 1;
      count.steps += records.steps.length;
      count.events += records.events.length;
    }
    refuseDraftWrites(db);
    return { ...count, orphans: countAll(db) - count.runs - count.steps - count.events };
  });
}

function* readRuns(db: SqliteDatabase): Generator<DraftRecords> {
  const page = db
    .select()
    .from(draftRuns)
    .where(gt(draftRuns.position, sql.placeholder('after')))
    .orderBy(asc(draftRuns.position))
    .limit(runsPerPage)
    .prepare();
  const steps = db
    .select()
    .from(draftSteps)
    .where(eq(draftSteps.runId, sql.placeholder('runId')))
    .orderBy(asc(draftSteps.position))
    .prepare();
  const events = db
    .select()
    .from(draftEvents)
    .where(eq(draftEvents.runId, sql.placeholder('runId')))
    .orderBy(asc(draftEvents.id))
    .prepare();

  let runs: DraftRun[] = page.all({ after: Number.MIN_SAFE_INTEGER });
  while (runs.length > 0) {
    for (const run of runs) {
      // SQLite lets a TEXT PRIMARY KEY be NULL. Such a run can't be asked for: it stays behind, counted as an orphan.
      if (run.id === null) continue;
      yield { run, steps: steps.all({ runId: run.id }), events: events.all({ runId: run.id }) };
    }
    runs = page.all({ after: runs.at(-1)?.position });
  }
}

function countAll(db: SqliteDatabase): number {
  const [row = []] = db.values(
    sql`SELECT (SELECT count(*) FROM ${draftRuns}) + (SELECT count(*) FROM ${draftSteps}) + (SELECT count(*) FROM ${draftEvents})`,
  );
  return Number(row[0]);
}
