import type { RunRow } from '@sisyphus-state/schema';
import { workflowRuns } from '@sisyphus-state/schema/sqlite';
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { RunFilter } from '../store-types.js';
import type { SqliteClient } from './client.js';
import { compile, namedColumns } from './compile.js';
import type { Statements } from './statements.js';

const defaultLimit = 50;
const maxLimit = 1000;

/** Lists runs, newest first, with inline values only: a list never reads `payloads`. Every filter has its index. */
export function listRuns(client: SqliteClient, filter: RunFilter): readonly RunRow[] {
  const { namespace = 'default' } = filter;
  const isNarrow = filter.status !== undefined || filter.name !== undefined || filter.idempotencyKey !== undefined;
  // `+` keeps SQLite from an index whose order is another one: it would read and sort every run of the namespace.
  const conditions = [
    isNarrow ? eq(workflowRuns.namespace, namespace) : sql`+${workflowRuns.namespace} = ${namespace}`,
    filter.status === undefined ? undefined : inArray(workflowRuns.status, [filter.status].flat()),
    filter.name === undefined ? undefined : eq(workflowRuns.name, filter.name),
    filter.idempotencyKey === undefined ? undefined : eq(workflowRuns.idempotencyKey, filter.idempotencyKey),
    filter.before === undefined ? undefined : lt(workflowRuns.id, filter.before),
  ];
  const { limit: asked = defaultLimit } = filter;
  const limit = Math.min(Math.max(1, Math.trunc(Number.isNaN(asked) ? defaultLimit : asked)), maxLimit);
  const query = new QueryBuilder()
    .select(namedColumns(workflowRuns))
    .from(workflowRuns)
    .where(and(...conditions))
    .orderBy(desc(workflowRuns.id))
    .limit(limit);
  return compile<RunRow>(client, query).all({});
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
