import { type SisyphusTables, tablesIn } from '@sisyphus-state/schema/postgres';
import { getTableColumns } from 'drizzle-orm';
import type { HeldColumns } from '../read-lease-state.js';
import type { HeldCount } from '../transitions/admit-due.js';
import type { DueCandidate } from '../transitions/due-candidate.js';
import { compileSql } from './compile.js';
import type { LockedRun } from './read-statements.js';
import { namedList, tableName } from './sql-text.js';
import { serverNow } from './store-clock.js';

/** A held run, what it is a run of, and the server's clock. */
export type HeldRun = HeldColumns &
  Pick<DueCandidate, 'name' | 'version' | 'definitionHash' | 'queue'> & { readonly now: number };

/** A due run, with the server's clock and the next timer beside it; where none is due there is one row without a run. */
export type DueRow = { readonly now: number; readonly nextDueAt: number | null } & (
  | DueCandidate
  | { readonly id: null }
);

/** Of so many priorities the order of timers is exact; of more those that are over for longest come first. */
const manyPriorities = 64;

/** Where a queue is read key by key, so many runs whose deadline is over are looked at. */
const manyOverdue = 200;

const leaseColumns = ['leaseWorker', 'leaseHolder', 'leaseExpiresAt', 'leaseMs', 'leaseRenewals'];
const candidate = ['id', 'name', 'version', 'definitionHash', 'queue', 'concurrencyKey', 'priority'];
const values = new Set(['input', 'context', 'output']);
// Names of columns are the same in every schema.
const named = namedList(tablesIn().workflowRuns, candidate);
const columns = `${named}, coalesce(wake_at, created_at) AS "dueSince"`;
const overdueColumns = `${named}, deadline_at AS "dueSince"`;

const isReady = `CASE WHEN wake_at IS NULL THEN status END = 'pending'`;
const isReadyByKey = `CASE status WHEN 'pending' THEN wake_at IS NULL END`;
const isTimer = `CASE WHEN status IN ('pending', 'waiting') THEN wake_at END IS NOT NULL`;
const isTimerByPriority = `CASE status WHEN 'pending' THEN wake_at WHEN 'waiting' THEN wake_at END IS NOT NULL`;
const isTimerByKey = `CASE WHEN wake_at IS NOT NULL THEN status END IN ('pending', 'waiting')`;
const now = '(SELECT now FROM clock)';
const isOver = `wake_at <= ${now}`;
const hasDeadline = `CASE WHEN lease_worker IS NULL AND status IN ('pending', 'waiting', 'paused') THEN deadline_at END IS NOT NULL`;
/** Runs that are due for another reason are found by that. */
const isOverdue = `${hasDeadline} AND deadline_at <= ${now} AND NOT CASE WHEN wake_at IS NULL THEN status = 'pending' ELSE status IN ('pending', 'waiting') AND ${isOver} END`;
const soonestOver = 'ORDER BY deadline_at';
const byPriority = 'ORDER BY priority DESC, id';
const longestOver = 'ORDER BY wake_at';
const isNew = `coalesce(definition_hash, name || '@' || coalesce(version::text, '')) NOT IN (SELECT unnest($2::text[]))`;
const clock = `clock AS MATERIALIZED (SELECT coalesce($3::bigint, ${serverNow}) AS now)`;

/**
 * The statements of queues.
 *
 * Each condition stands word for word in the one partial index that it is for: then the planner has no choice. Its guesses
 * of how many runs are due come from when few were, and with those it would walk through the wrong index.
 */
export function prepareDue(tables: SisyphusTables) {
  return {
    readDue: readDue(tables),
    readDueByKey: readDueByKey(tables),
    lockFirst: lockFirst(tables),
    readNow: compileSql<{ readonly now: number }>(`SELECT ${serverNow} AS now`, []),
    ...prepareQueues(tables),
  };
}

/**
 * The first due runs of several queues, so many of each, in order; and when the next timer is over.
 *
 * A subquery for each queue and index stops after the rows that are wanted; runs whose deadline is over come by an index of their own. `$1` namespace, `$2` workflows to pass over,
 * `$3` the instant (null: the server's), `$4` queues, `$5` how many of each.
 */
function readDue({ workflowRuns }: SisyphusTables) {
  const ofQueue = 'namespace = $1 AND queue = q.name';
  const from = (condition: string, selected = columns) =>
    `SELECT ${selected} FROM ${tableName(workflowRuns)} WHERE ${ofQueue} AND ${condition} AND ${isNew}`;
  const timers = timersByPriority(workflowRuns, ofQueue);
  const text = `WITH ${clock},
    q AS MATERIALIZED (SELECT * FROM unnest($4::text[], $5::int[]) AS q (name, room)),
    due AS MATERIALIZED (SELECT c.* FROM q CROSS JOIN LATERAL (
      (${from(isReady)} ${byPriority} LIMIT q.room) UNION ALL
      (${from(isOverdue, overdueColumns)} ${soonestOver} LIMIT q.room) UNION ALL
      (${timers} LIMIT q.room) UNION
      (${from(`${isTimer} AND ${isOver}`)} ${longestOver} LIMIT q.room)) c),
    next AS MATERIALIZED (SELECT min(t.at) AS at FROM q CROSS JOIN LATERAL (
      (SELECT wake_at AS at FROM ${tableName(workflowRuns)} WHERE ${ofQueue} AND ${isTimer} AND wake_at > ${now}
      ${longestOver} LIMIT 1) UNION ALL
      (SELECT deadline_at FROM ${tableName(workflowRuns)} WHERE ${ofQueue} AND ${hasDeadline} AND deadline_at > ${now}
      ${soonestOver} LIMIT 1)) t)
    SELECT clock.now, next.at AS "nextDueAt", due.* FROM clock CROSS JOIN next LEFT JOIN due ON true
    ORDER BY due.priority DESC, due."dueSince", due.id`;
  return compileSql<DueRow>(text, ['namespace', 'except', 'at', 'queues', 'rooms']);
}

/**
 * Timers that are over, by priority: from one priority to the next below, and in each along its index.
 *
 * A nested loop keeps that order, and stops when its caller has enough.
 */
function timersByPriority(runs: SisyphusTables['workflowRuns'], ofQueue: string): string {
  const highest = (condition: string) =>
    `(SELECT priority FROM ${tableName(runs)} WHERE ${ofQueue} AND ${isTimerByPriority} ${condition} ORDER BY priority DESC LIMIT 1)`;
  return `WITH RECURSIVE p AS (
      SELECT ${highest('')} AS priority, 1 AS n
      UNION ALL
      SELECT ${highest('AND priority < p.priority')}, n + 1 FROM p WHERE p.priority IS NOT NULL AND n < ${manyPriorities})
    SELECT t.* FROM p CROSS JOIN LATERAL (
      SELECT ${columns} FROM ${tableName(runs)} WHERE ${ofQueue} AND ${isTimerByPriority} AND ${isOver} AND priority = p.priority AND ${isNew}
      ${longestOver} LIMIT q.room) t`;
}

/**
 * The due runs of a queue key by key, at most so many of each as the key has room for, and those without a key.
 *
 * For PostgreSQL rows without a key are in order along an index by key only if the key, too, is in the ORDER BY.
 * `$1` to `$3` as above, `$4` the queue, `$5` its room, `$6` the limit of a key, `$7` keys that are held and `$8` how often.
 */
function readDueByKey({ workflowRuns }: SisyphusTables) {
  const ofQueue = 'namespace = $1 AND queue = $4';
  const from = (condition: string, selected = columns) =>
    `SELECT ${selected} FROM ${tableName(workflowRuns)} WHERE ${ofQueue} AND ${condition} AND ${isNew}`;
  const text = `WITH RECURSIVE ${clock},
    ready_key AS (${everyKey(workflowRuns, 'ready_key', `${ofQueue} AND ${isReadyByKey}`)}),
    timer_key AS (${everyKey(workflowRuns, 'timer_key', `${ofQueue} AND ${isTimerByKey}`)}),
    held AS MATERIALIZED (SELECT * FROM unnest($7::text[], $8::int[]) AS h (key, held))
    SELECT clock.now, NULL::bigint AS "nextDueAt", due.* FROM clock CROSS JOIN (
      (${from(`${isReadyByKey} AND concurrency_key IS NULL`)} ORDER BY concurrency_key, priority DESC, id LIMIT $5) UNION ALL
      (${from(`${isTimerByKey} AND ${isOver} AND concurrency_key IS NULL`)} ORDER BY concurrency_key, wake_at LIMIT $5) UNION ALL
      (${from(isOverdue, overdueColumns)} ${soonestOver} LIMIT greatest($5, ${manyOverdue})) UNION ALL
      (${ofEveryKey('ready_key', from(`${isReadyByKey} AND concurrency_key = k.key`), byPriority)}) UNION ALL
      (${ofEveryKey('timer_key', from(`${isTimerByKey} AND ${isOver} AND concurrency_key = k.key`), longestOver)})) due
    ORDER BY due.priority DESC, due."dueSince", due.id`;
  return compileSql<DueRow & DueCandidate>(text, [
    ...['namespace', 'except', 'at', 'queue', 'room', 'perKey'],
    ...['heldKeys', 'heldCounts'],
  ]);
}

/** Every key that some run has, from one to the next along an index. */
function everyKey(runs: SisyphusTables['workflowRuns'], name: string, condition: string): string {
  const first = (after: string) =>
    `(SELECT concurrency_key FROM ${tableName(runs)} WHERE ${condition} AND concurrency_key ${after}
      ORDER BY concurrency_key LIMIT 1)`;
  return `SELECT ${first('IS NOT NULL')} AS key
    UNION ALL SELECT ${first(`> ${name}.key`)} FROM ${name} WHERE ${name}.key IS NOT NULL`;
}

function ofEveryKey(name: string, from: string, order: string): string {
  const room = 'least($5::int, greatest(0, $6::int - coalesce(held.held, 0)))';
  return `SELECT t.* FROM ${name} k LEFT JOIN held ON held.key = k.key CROSS JOIN LATERAL (${from} ${order} LIMIT ${room}) t`;
}

/**
 * Locks the first `$2` of the runs `$1` that are still due, in their order: a busy row is someone's.
 *
 * A row that another claim changed since it was read is looked at anew under its lock, and not due any more. What is due is
 * said in words that no index has: the rows are to be found by their ids. The join stops when it has enough.
 */
function lockFirst({ workflowRuns }: SisyphusTables) {
  const head = Object.entries(getTableColumns(workflowRuns)).map(([property, { name }]) =>
    values.has(property) ? `NULL::text AS "${property}"` : `run.${name} AS "${property}"`,
  );
  const isDue = `run.lease_worker IS NULL AND (CASE WHEN run.wake_at IS NULL THEN run.status = 'pending'
        ELSE run.status IN ('pending', 'waiting') AND run.wake_at <= ${now} END
        OR (run.deadline_at <= ${now} AND run.status IN ('pending', 'waiting', 'paused')))`;
  const text = `WITH ${clock}, locked AS MATERIALIZED (
      SELECT r.* FROM unnest($1::text[]) AS c (id) CROSS JOIN LATERAL (
        SELECT ${head.join(', ')} FROM ${tableName(workflowRuns)} run WHERE run.id = c.id AND ${isDue}
        FOR NO KEY UPDATE SKIP LOCKED) r
      LIMIT $2)
    SELECT *, ${serverNow} AS now FROM locked`;
  return compileSql<LockedRun>(text, ['runIds', 'limit', 'at']);
}

function prepareQueues({ workflowRuns }: SisyphusTables) {
  const runs = tableName(workflowRuns);
  const isHeld = 'namespace = $1 AND queue = ANY($2::text[]) AND lease_worker IS NOT NULL';
  const head = ['id', 'name', 'version', 'definitionHash', 'queue', 'fence', ...leaseColumns];
  return {
    countHeld: compileSql<HeldCount & { readonly queue: string }>(
      `SELECT queue, concurrency_key AS "concurrencyKey", count(*)::int AS held FROM ${runs} WHERE ${isHeld}
      GROUP BY queue, concurrency_key`,
      ['namespace', 'queues'],
    ),
    readHeld: compileSql<HeldRun>(
      `SELECT ${namedList(workflowRuns, head)}, ${serverNow} AS now FROM ${runs} WHERE ${isHeld}`,
      ['namespace', 'queues'],
    ),
    /** Until the transaction's end nobody else takes runs of these queues; in one order, so that two never wait in a circle. */
    lockQueues: compileSql<never>(
      `SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended($1 || name, 0) AS key FROM unnest($2::text[]) AS name ORDER BY key) AS q`,
      ['place', 'queues'],
    ),
  };
}
