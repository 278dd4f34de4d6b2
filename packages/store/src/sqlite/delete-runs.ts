import { isTerminal } from '@sisyphus-state/schema';
import {
  auditEvents,
  budgetPots,
  payloads,
  runMailbox,
  workflowRuns,
  workflowSteps,
} from '@sisyphus-state/schema/sqlite';
import { and, eq, exists, inArray, isNotNull, not, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { RunStateError } from '../errors.js';
import type { SqliteContext } from './context.js';

const references: readonly (readonly [SQLiteTable, AnySQLiteColumn, AnySQLiteColumn])[] = [
  [workflowRuns, workflowRuns.id, workflowRuns.inputRef],
  [workflowRuns, workflowRuns.id, workflowRuns.contextRef],
  [workflowRuns, workflowRuns.id, workflowRuns.outputRef],
  [workflowSteps, workflowSteps.runId, workflowSteps.resultRef],
  [auditEvents, auditEvents.runId, auditEvents.payloadRef],
  [runMailbox, runMailbox.runId, runMailbox.payloadRef],
];

/** Deletes one ended run and all that is its own, inside the transaction at hand; false when there was none. */
export function deleteRun(context: SqliteContext, runId: string): boolean {
  const run = context.statements.readFence.get({ runId });
  if (run === undefined) return false;
  if (!isTerminal(run.status))
    throw new RunStateError(runId, run.status, 'only a run that has ended can be deleted. Cancel it first.');
  const { db } = context;
  const candidates = references.flatMap(([table, owner, ref]) =>
    db
      .select({ ref: sql<string>`${ref}` })
      .from(table)
      .where(and(eq(owner, runId), isNotNull(ref)))
      .all(),
  );
  db.delete(runMailbox).where(eq(runMailbox.runId, runId)).run();
  db.delete(auditEvents).where(eq(auditEvents.runId, runId)).run();
  db.delete(workflowSteps).where(eq(workflowSteps.runId, runId)).run();
  db.delete(budgetPots).where(eq(budgetPots.runId, runId)).run();
  db.delete(workflowRuns).where(eq(workflowRuns.id, runId)).run();
  for (const ref of new Set(candidates.map((candidate) => candidate.ref))) deleteIfUnused(context, ref);
  return true;
}

function deleteIfUnused({ db }: SqliteContext, sha256: string): void {
  const unused: SQL[] = references.map(([table, , ref]) =>
    not(exists(db.select({ one: sql`1` }).from(table).where(eq(ref, sha256)))),
  );
  db.delete(payloads)
    .where(and(inArray(payloads.sha256, [sha256]), ...unused))
    .run();
}
