import type { RunRow, RunStatus } from '@sisyphus-state/schema';
import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { and, between, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/pg-core';
import { planList } from '../plan-list.js';
import type { RunFilter } from '../store-types.js';
import { type PgConnection, resultTypes } from './client.js';
import { namedColumns } from './compile.js';

/** Lists runs, newest first, with inline values only: a list never reads `payloads`. Every filter has its index. */
export async function listRuns(
  { workflowRuns }: SisyphusTables,
  connection: Pick<PgConnection, 'query'>,
  filter: RunFilter,
): Promise<readonly RunRow[]> {
  const { namespace, limit, parts } = planList(filter);
  if (parts?.length === 0) return [];
  const query = new QueryBuilder();
  const { id, status } = workflowRuns;
  const conditions = [
    filter.name === undefined ? undefined : eq(workflowRuns.name, filter.name),
    filter.idempotencyKey === undefined ? undefined : eq(workflowRuns.idempotencyKey, filter.idempotencyKey),
    filter.before === undefined ? undefined : lt(id, filter.before),
  ];
  const ofNamespace = and(eq(workflowRuns.namespace, namespace), ...conditions);
  const partOf = (value: RunStatus) => {
    const part = query
      .select({ id })
      .from(workflowRuns)
      .where(and(ofNamespace, eq(status, value)));
    return sql`SELECT * FROM ${part.orderBy(desc(id)).limit(limit)} AS part`;
  };
  // As a range: else the planner may walk back through all namespaces along the primary key, for the same order.
  const inOne = and(between(workflowRuns.namespace, namespace, namespace), ...conditions);
  const found = parts === null ? inOne : inArray(id, sql`(${sql.join(parts.map(partOf), sql` UNION ALL `)})`);
  const order = parts === null ? [desc(workflowRuns.namespace), desc(id)] : [desc(id)];
  const runs = query.select(namedColumns(workflowRuns)).from(workflowRuns).where(found);
  const list = runs.orderBy(...order).limit(limit);
  const { sql: text, params: values } = list.toSQL();
  // Without a name: there are as many shapes as filters.
  const { rows } = await connection.query({ text, values, types: resultTypes });
  // The selected columns are the model's: the parity check in schema says so.
  return rows as readonly RunRow[];
}
