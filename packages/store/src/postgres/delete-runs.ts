import { isTerminal } from '@sisyphus-state/schema';
import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { RunStateError } from '../errors.js';
import type { PgConnection, PgQuery } from './client.js';
import type { PostgresContext } from './context.js';
import { columnName, tableName } from './sql-text.js';
import { inTransaction } from './transaction.js';

/**
 * Deletes ended runs with all that is theirs, all or none, and the large values nobody refers to any more.
 *
 * The values are locked first, in the order of their hashes. Whoever refers to one locks it too, so what the DELETE sees
 * of references, in a snapshot that is taken after the locks, is all there is.
 */
export function deleteRuns(context: PostgresContext, runIds: readonly string[]): Promise<number> {
  const ids = [...new Set(runIds)];
  return inTransaction(context, async (connection) => {
    const locked = await context.statements.lockRuns.all(connection, { runIds: ids });
    const active = locked.find((run) => !isTerminal(run.status));
    if (active !== undefined)
      throw new RunStateError(active.id, active.status, 'only a run that has ended can be deleted. Cancel it first.');
    if (locked.length === 0) return 0;
    await deleteLocked(
      context.tables,
      connection,
      locked.map((run) => run.id),
    );
    return locked.length;
  });
}

async function deleteLocked(tables: SisyphusTables, connection: PgConnection, runIds: readonly string[]) {
  const { workflowRuns, workflowSteps, auditEvents, runMailbox, budgetPots, payloads } = tables;
  const refs = await readRefs(tables, connection, runIds);
  for (const table of [budgetPots, runMailbox, auditEvents, workflowSteps])
    await connection.query(withIds(`DELETE FROM ${tableName(table)} WHERE run_id = ANY($1::text[])`, runIds));
  await connection.query(withIds(`DELETE FROM ${tableName(workflowRuns)} WHERE id = ANY($1::text[])`, runIds));
  if (refs.length === 0) return;
  const name = tableName(payloads);
  await connection.query(
    withIds(`SELECT 1 FROM ${name} WHERE sha256 = ANY($1::text[]) ORDER BY sha256 FOR UPDATE`, refs),
  );
  const unused = references(tables).map(
    ({ table, column }) => `NOT EXISTS (SELECT 1 FROM ${table} u WHERE u.${column} = p.sha256)`,
  );
  await connection.query(
    withIds(`DELETE FROM ${name} p WHERE sha256 = ANY($1::text[]) AND ${unused.join(' AND ')}`, refs),
  );
}

async function readRefs(tables: SisyphusTables, connection: PgConnection, runIds: readonly string[]) {
  const parts = references(tables).map(
    ({ table, owner, column }) => `SELECT ${column} AS ref FROM ${table} WHERE ${owner} = ANY($1::text[])`,
  );
  const { rows } = await connection.query(
    withIds(`SELECT ref FROM (${parts.join(' UNION ')}) refs WHERE ref IS NOT NULL`, runIds),
  );
  // The query's one column.
  return (rows as readonly { readonly ref: string }[]).map(({ ref }) => ref);
}

/** Everywhere a large value can be referred to. */
function references({ workflowRuns, workflowSteps, auditEvents, runMailbox }: SisyphusTables) {
  const runs = (['inputRef', 'contextRef', 'outputRef'] as const).map((property) => ({
    table: tableName(workflowRuns),
    owner: 'id',
    column: columnName(workflowRuns, property),
  }));
  return [
    ...runs,
    { table: tableName(workflowSteps), owner: 'run_id', column: columnName(workflowSteps, 'resultRef') },
    { table: tableName(auditEvents), owner: 'run_id', column: columnName(auditEvents, 'payloadRef') },
    { table: tableName(runMailbox), owner: 'run_id', column: columnName(runMailbox, 'payloadRef') },
  ];
}

function withIds(text: string, ids: readonly string[]): PgQuery {
  return { text, values: [ids] };
}
