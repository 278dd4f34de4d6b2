import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { getTableColumns, type Table } from 'drizzle-orm';
import { compileSql } from './compile.js';
import { bodiesText } from './payload-bodies.js';
import { columnDeclarations, columnList, expectOneRow, tableName } from './sql-text.js';
import { serverNow } from './store-clock.js';

/** What became of one lease in a renewal: a lease that is held but was not renewed met a locked row. */
export interface RenewedRow {
  readonly n: number;
  readonly held: boolean;
  readonly renewed: boolean;
  readonly revision: number;
}

/** The statements that write one kind of thing. */
export function prepareSmallWrites(tables: SisyphusTables, channel: string) {
  const { workflowDefinitions, runMailbox } = tables;
  return {
    keepDefinitions: compileSql(`${insertFrom(workflowDefinitions, '$1')} ON CONFLICT (hash) DO NOTHING`, ['rows']),
    insertMail: compileSql(insertFrom(runMailbox, '$1'), ['rows']),
    keepBodies: compileSql(bodiesText(tables, '$1', 'true'), ['bodies']),
    appendEvent: appendEvent(tables, channel),
    renewLeases: renewLeases(tables, 'SKIP LOCKED'),
    renewLeasesPatiently: renewLeases(tables, ''),
  };
}

/** An INSERT of whole rows that come as a JSON array under the columns' names. */
export function insertFrom(table: SisyphusTables[keyof SisyphusTables], parameter: string): string {
  const properties = propertiesOf(table);
  const columns = columnList(table, properties);
  return `INSERT INTO ${tableName(table)} (${columns})
    SELECT ${columns} FROM json_to_recordset(${parameter}::json) AS x (${columnDeclarations(table, properties)})`;
}

function propertiesOf(table: Table): readonly string[] {
  return Object.keys(getTableColumns(table));
}

/** The user's own event. `UPDATE … RETURNING` locks the run and gives the newest `last_seq`, so it needs no other guard. */
function appendEvent(tables: SisyphusTables, channel: string) {
  const { workflowRuns, auditEvents } = tables;
  const at = `coalesce($3::bigint, ${serverNow})`;
  return compileSql<{ readonly seq: number }>(
    `WITH run AS (
      UPDATE ${tableName(workflowRuns)} SET revision = revision + 1, last_seq = last_seq + 1, updated_at = ${at}
      WHERE id = $1 RETURNING id, last_seq, updated_at),
    kept AS (${bodiesText(tables, '$6', 'EXISTS (SELECT 1 FROM run)')}),
    logged AS (
      INSERT INTO ${tableName(auditEvents)} (run_id, seq, type, source, at, payload, payload_ref)
      SELECT id, last_seq, $2, 'user', updated_at, $4, $5 FROM run)
    SELECT last_seq AS seq, pg_notify('${channel}', '') AS told FROM run`,
    ['runId', 'type', 'at', 'payload', 'payloadRef', 'bodies'],
  );
}

/**
 * Renews many leases in one statement, in the order of their runs' ids.
 *
 * With SKIP LOCKED a run that somebody is writing to holds up nobody else's renewal; its own is left to be asked for
 * again. The fence is checked on the newest version of the row, under its lock.
 */
function renewLeases({ workflowRuns }: SisyphusTables, skip: 'SKIP LOCKED' | '') {
  const runs = tableName(workflowRuns);
  return compileSql<RenewedRow>(
    `WITH lease AS MATERIALIZED (
      SELECT * FROM json_to_recordset($1::json) AS l (n int, run text, fence bigint, worker text)
      WHERE ${expectOneRow('l.n')} ORDER BY l.run),
    locked AS MATERIALIZED (
      SELECT DISTINCT r.id FROM lease l CROSS JOIN LATERAL (
        SELECT id FROM ${runs} run WHERE run.id = l.run AND run.fence = l.fence AND run.lease_worker = l.worker
        FOR NO KEY UPDATE ${skip}) r),
    renewed AS (
      UPDATE ${runs} run SET lease_expires_at = coalesce($2::bigint, ${serverNow}) + $3::bigint, lease_ms = $3::bigint,
        lease_renewals = run.lease_renewals + 1
      FROM locked WHERE run.id = locked.id RETURNING run.id, run.revision)
    SELECT l.n, seen.held IS TRUE AS held, renewed.id IS NOT NULL AS renewed,
      coalesce(renewed.revision, seen.revision, 0) AS revision
    FROM lease l
    LEFT JOIN LATERAL (
      SELECT run.revision, run.fence = l.fence AND run.lease_worker = l.worker AS held FROM ${runs} run WHERE run.id = l.run OFFSET 0) seen ON true
    LEFT JOIN renewed ON renewed.id = l.run`,
    ['leases', 'at', 'leaseMs'],
  );
}
