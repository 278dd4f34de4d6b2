import type { RunRow } from '@sisyphus-state/schema';
import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/pg-core';
import type { RunFilter } from '../store-types.js';
import { type PgConnection, resultTypes } from './client.js';
import { namedColumns } from './compile.js';

const defaultLimit = 50;
const maxLimit = 1000;

/** Lists runs, newest first, with inline values only: a list never reads `payloads`. Every filter has its index. */
export async function listRuns(
  { workflowRuns }: SisyphusTables,
  connection: Pick<PgConnection, 'query'>,
  filter: RunFilter,
): Promise<readonly RunRow[]> {
  const conditions = [
    eq(workflowRuns.namespace, filter.namespace ?? 'default'),
    filter.status === undefined ? undefined : inArray(workflowRuns.status, [filter.status].flat()),
    filter.name === undefined ? undefined : eq(workflowRuns.name, filter.name),
    filter.idempotencyKey === undefined ? undefined : eq(workflowRuns.idempotencyKey, filter.idempotencyKey),
    filter.before === undefined ? undefined : lt(workflowRuns.id, filter.before),
  ];
  const { limit: asked = defaultLimit } = filter;
  const limit = Math.min(Math.max(1, Math.trunc(Number.isNaN(asked) ? defaultLimit : asked)), maxLimit);
  const { sql: text, params: values } = new QueryBuilder()
    .select(namedColumns(workflowRuns))
    .from(workflowRuns)
    .where(and(...conditions))
    .orderBy(desc(workflowRuns.id))
    .limit(limit)
    .toSQL();
  // Without a name: there are as many shapes as filters, and the planner should see their values.
  const { rows } = await connection.query({ text, values, types: resultTypes });
  // The selected columns are the model's: the parity check in schema says so.
  return rows as readonly RunRow[];
}
