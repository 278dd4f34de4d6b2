import type { RunRow, RunStatus } from '@sisyphus-state/schema';
import { workflowRuns } from '@sisyphus-state/schema/sqlite';
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import { planList } from '../plan-list.js';
import type { RunFilter } from '../store-types.js';
import type { SqliteClient } from './client.js';
import { compile, namedColumns } from './compile.js';
import type { Statements } from './statements.js';

/** Lists runs, newest first, with inline values only: a list never reads `payloads`. Every filter has its index. */
export function listRuns(client: SqliteClient, filter: RunFilter): readonly RunRow[] {
  const { namespace, limit, parts } = planList(filter);
  if (parts?.length === 0) return [];
  const query = new QueryBuilder();
  const { id, status } = workflowRuns;
  const others = [
    filter.name === undefined ? undefined : eq(workflowRuns.name, filter.name),
    filter.idempotencyKey === undefined ? undefined : eq(workflowRuns.idempotencyKey, filter.idempotencyKey),
    filter.before === undefined ? undefined : lt(id, filter.before),
  ];
  const all = query.select(namedColumns(workflowRuns)).from(workflowRuns);
  if (filter.parentRunId !== undefined) {
    // The `+`: SQLite would rather walk through the namespace than sort a run's children.
    const ofParent = and(
      eq(workflowRuns.parentRunId, filter.parentRunId),
      sql`+${workflowRuns.namespace} = ${namespace}`,
    );
    const isWanted = parts === null ? undefined : inArray(status, [...parts]);
    const children = all
      .where(and(ofParent, isWanted, ...others))
      .orderBy(desc(id))
      .limit(limit);
    return compile<RunRow>(client, children).all({});
  }
  const conditions = [eq(workflowRuns.namespace, namespace), ...others];
  const newest = (condition: SQL | undefined) =>
    query.select({ id }).from(workflowRuns).where(condition).orderBy(desc(id));
  const partOf = (value: RunStatus) => sql`SELECT * FROM ${newest(and(...conditions, eq(status, value))).limit(limit)}`;
  const found =
    parts === null ? and(...conditions) : inArray(id, sql`(${sql.join(parts.map(partOf), sql` UNION ALL `)})`);
  return compile<RunRow>(client, all.where(found).orderBy(desc(id)).limit(limit)).all({});
}

/** Reads the revisions of these runs; a run that is gone is missing from the map. */
export function readRevisions(statements: Statements, runIds: readonly string[]): ReadonlyMap<string, number> {
  const revisions = new Map<string, number>();
  for (const runId of runIds) {
    const run = statements.readFence.get({ runId });
    if (run !== undefined) revisions.set(runId, run.revision);
  }
  return revisions;
}
