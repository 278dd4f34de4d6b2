import { workflowRuns } from '@sisyphus-state/schema/sqlite';
import { and, asc, count, desc, eq, isNotNull, isNull, max, min, not, type SQL, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { HeldColumns } from '../read-lease-state.js';
import type { HeldCount } from '../transitions/admit-due.js';
import type { DueCandidate } from '../transitions/due-candidate.js';
import type { SqliteClient } from './client.js';
import { compile, namedColumns } from './compile.js';

/** A held run, and what it is a run of. */
export type HeldRun = HeldColumns & Pick<DueCandidate, 'name' | 'version' | 'definitionHash'>;

const named = sql.placeholder;
const query = new QueryBuilder();
const { id, name, version, definitionHash, queue, concurrencyKey, priority, wakeAt, deadlineAt, createdAt } =
  workflowRuns;

// Word for word as they stand in the indexes: that is how SQLite knows which of them a statement is for.
const ofQueue = and(eq(workflowRuns.namespace, named('namespace')), eq(queue, named('queue')));
const { status } = workflowRuns;
const isReady = and(ofQueue, sql`CASE WHEN ${wakeAt} IS NULL THEN ${status} END = 'pending'`);
const isReadyByKey = and(ofQueue, sql`CASE ${status} WHEN 'pending' THEN ${wakeAt} IS NULL END`);
const isTimer = and(ofQueue, sql`CASE WHEN ${status} IN ('pending', 'waiting') THEN ${wakeAt} END IS NOT NULL`);
const isTimerByPriority = and(
  ofQueue,
  sql`CASE ${status} WHEN 'pending' THEN ${wakeAt} WHEN 'waiting' THEN ${wakeAt} END IS NOT NULL`,
);
const isTimerByKey = and(ofQueue, sql`CASE WHEN ${wakeAt} IS NOT NULL THEN ${status} END IN ('pending', 'waiting')`);
const isOver = sql`${wakeAt} <= ${named('now')}`;
const { leaseWorker } = workflowRuns;
const hasDeadline = and(
  ofQueue,
  sql`CASE WHEN ${leaseWorker} IS NULL AND ${status} IN ('pending', 'waiting', 'paused') THEN ${deadlineAt} END IS NOT NULL`,
);
const isOverdue = and(hasDeadline, sql`${deadlineAt} <= ${named('now')}`);
/** Runs that are due for another reason are found by that. */
const isDueAnyway = sql`CASE WHEN ${wakeAt} IS NULL THEN ${status} = 'pending' ELSE ${status} IN ('pending', 'waiting') AND ${isOver} END`;
const isHeld = and(ofQueue, isNotNull(workflowRuns.leaseWorker));
const isOfKey = eq(concurrencyKey, named('key'));

/** Passes over the workflows of the JSON list `except`, whose keys are as `DueRun.workflowKey` says; null: none. */
const workflowKey = sql`coalesce(${definitionHash}, ${name} || '@' || coalesce(${version}, ''))`;
const isWanted = sql`(${named('except')} IS NULL OR ${workflowKey} NOT IN (SELECT value FROM json_each(${named('except')})))`;

/**
 * The statements that look for due runs, each along one index, so that it stops after the rows that are asked for.
 *
 * There are many small ones, because SQLite would rather read and sort a whole queue than walk two indexes at once.
 */
export function prepareDue(client: SqliteClient) {
  const candidates = (condition: SQL | undefined, ...order: SQL[]) =>
    candidatesSince(sql`coalesce(${wakeAt}, ${createdAt})`, condition, ...order);
  const candidatesSince = (dueSince: SQL, condition: SQL | undefined, ...order: SQL[]) =>
    compile<DueCandidate>(
      client,
      query
        .select(candidateColumns(dueSince))
        .from(workflowRuns)
        .where(and(condition, isWanted))
        .orderBy(...order)
        .limit(named('limit')),
    );
  const one = <T>(value: SQL, condition: SQL | undefined) =>
    compile<{ readonly value: T | null }>(
      client,
      query
        .select({ value: sql`${value}`.as('value') })
        .from(workflowRuns)
        .where(condition),
    );
  const hasNoKey = isNull(concurrencyKey);
  const ofPriority = eq(priority, named('priority'));
  return {
    dueReady: candidates(isReady, desc(priority), asc(id)),
    dueReadyWithoutKey: candidates(and(isReadyByKey, hasNoKey), desc(priority), asc(id)),
    dueReadyOfKey: candidates(and(isReadyByKey, isOfKey), desc(priority), asc(id)),
    dueTimers: candidates(and(isTimer, isOver), asc(wakeAt)),
    dueTimersOfPriority: candidates(and(isTimerByPriority, isOver, ofPriority), asc(wakeAt)),
    dueTimersWithoutKey: candidates(and(isTimerByKey, isOver, hasNoKey), asc(wakeAt)),
    dueTimersOfKey: candidates(and(isTimerByKey, isOver, isOfKey), asc(wakeAt)),
    /** Runs whose deadline is over, and that nothing else makes due. */
    dueDeadlines: candidatesSince(sql`${deadlineAt}`, and(isOverdue, not(isDueAnyway)), asc(deadlineAt)),
    nextDeadline: one<number>(min(deadlineAt), and(hasDeadline, sql`${deadlineAt} > ${named('after')}`)),
    /** The highest priority of any timer below one. */
    nextTimerPriority: one<number>(max(priority), and(isTimerByPriority, sql`${priority} < ${named('below')}`)),
    nextTimer: one<number>(min(wakeAt), and(isTimer, sql`${wakeAt} > ${named('after')}`)),
    nextReadyKey: one<string>(min(concurrencyKey), and(isReadyByKey, sql`${concurrencyKey} > ${named('after')}`)),
    nextTimerKey: one<string>(min(concurrencyKey), and(isTimerByKey, sql`${concurrencyKey} > ${named('after')}`)),
    countHeld: compile<HeldCount>(
      client,
      query
        .select({ concurrencyKey: sql`${concurrencyKey}`.as('concurrencyKey'), held: count().as('held') })
        .from(workflowRuns)
        .where(isHeld)
        .groupBy(concurrencyKey),
    ),
    readHeld: compile<HeldRun>(client, query.select(heldColumns()).from(workflowRuns).where(isHeld)),
  };
}

function candidateColumns(dueSince: SQL) {
  const columns = namedColumns(workflowRuns);
  return {
    ...pick(columns, ['id', 'name', 'version', 'definitionHash', 'queue', 'concurrencyKey', 'priority']),
    dueSince: dueSince.as('dueSince'),
  };
}

function heldColumns() {
  return pick(namedColumns(workflowRuns), [
    'id',
    'name',
    'version',
    'definitionHash',
    'fence',
    'leaseWorker',
    'leaseHolder',
    'leaseExpiresAt',
    'leaseMs',
    'leaseRenewals',
  ]);
}

function pick(columns: Readonly<Record<string, SQL.Aliased>>, names: readonly string[]): Record<string, SQL.Aliased> {
  return Object.fromEntries(Object.entries(columns).filter(([column]) => names.includes(column)));
}
