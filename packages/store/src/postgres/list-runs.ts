import type { RunRow } from '@sisyphus-state/schema';
import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core';
import { type ListPlan, planList } from '../plan-list.js';
import type { RunFilter } from '../store-types.js';
import { type PgConnection, resultTypes } from './client.js';
import { namedColumns } from './compile.js';

type Runs = SisyphusTables['workflowRuns'];

/** Lists runs, newest first, with inline values only: a list never reads `payloads`. Every filter has its index. */
export async function listRuns(
  { workflowRuns }: SisyphusTables,
  connection: Pick<PgConnection, 'query'>,
  filter: RunFilter,
): Promise<readonly RunRow[]> {
  const plan = planList(filter);
  if (plan.parts?.length === 0) return [];
  const { where, order } = ofFew(workflowRuns, filter, plan) ?? alongIndex(workflowRuns, filter, plan);
  const runs = new QueryBuilder().select(namedColumns(workflowRuns)).from(workflowRuns).where(where);
  const { sql: text, params: values } = runs
    .orderBy(...order)
    .limit(plan.limit)
    .toSQL();
  // Without a name: there are as many shapes as filters.
  const { rows } = await connection.query({ text, values, types: resultTypes });
  // The selected columns are the model's: the parity check in schema says so.
  return rows as readonly RunRow[];
}

/** Which rows, and in what order. */
interface Choice {
  readonly where: SQL | undefined;
  readonly order: readonly SQL[];
}

/** The one run that has an idempotency key, or the children of a run: they are sorted; null when all runs may fit. */
function ofFew(runs: Runs, filter: RunFilter, { namespace, parts }: ListPlan): Choice | null {
  const { idempotencyKey, parentRunId, name, before } = filter;
  if (idempotencyKey === undefined && parentRunId === undefined) return null;
  const where = and(
    eq(runs.namespace, namespace),
    idempotencyKey === undefined ? undefined : eq(runs.idempotencyKey, idempotencyKey),
    parentRunId === undefined ? undefined : eq(runs.parentRunId, parentRunId),
    name === undefined ? undefined : eq(runs.name, name),
    before === undefined ? undefined : lt(runs.id, before),
    parts === null ? undefined : inArray(runs.status, [...parts]),
  );
  // As an expression: in the order of an index of ids the planner might look for them through all there is.
  const order = idempotencyKey === undefined ? sql`${runs.id} || '' DESC` : desc(runs.id);
  return { where, order: [order] };
}

/** The newest runs of a namespace, of a status, or of a name and a status: put together of a part for each status. */
function alongIndex(runs: Runs, { name, before }: RunFilter, { namespace, parts, limit }: ListPlan): Choice {
  const shared: readonly Column[] = [
    [runs.namespace, namespace],
    ...(name === undefined ? [] : [[runs.name, name] as const]),
  ];
  if (parts === null) return walkBack(runs, shared, before);
  const ids = parts.map((status) => {
    const { where, order } = walkBack(runs, [...shared, [runs.status, status]], before);
    const part = new QueryBuilder().select({ id: runs.id }).from(runs).where(where);
    return sql`SELECT * FROM ${part.orderBy(...order).limit(limit)} AS part`;
  });
  // As an array: a join could be made by reading all runs.
  return { where: sql`${runs.id} = ANY(ARRAY(${sql.join(ids, sql` UNION ALL `)}))`, order: [desc(runs.id)] };
}

type Column = readonly [column: PgColumn, value: string];

/**
 * The rows that have these values in the first columns of an index, along it from its end.
 *
 * As a range, and in an order that begins with those columns: only that index has it. With plain equality the order would
 * be that of the ids alone, and the planner might look for a rare status or name by walking back through all there is.
 */
function walkBack(runs: Runs, columns: readonly Column[], before: string | undefined): Choice {
  const names = columns.map(([column]) => sql`${column}`);
  const values = columns.map(([column, value]) => sql`${sql.param(value, column)}`);
  const where = and(
    sql`(${list(names)}) >= (${list(values)})`,
    before === undefined
      ? sql`(${list(names)}) <= (${list(values)})`
      : sql`(${list([...names, sql`${runs.id}`])}) < (${list([...values, sql`${sql.param(before, runs.id)}`])})`,
  );
  return { where, order: [...columns.map(([column]) => desc(column)), desc(runs.id)] };
}

function list(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `);
}
