import { terminalRunStatuses } from '@sisyphus-state/schema';
import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { compileSql } from './compile.js';
import type { Compiled } from './compile-text.js';
import { bodiesText } from './payload-bodies.js';
import { columnDeclarations, columnList, columnName, expectOneRow, tableName } from './sql-text.js';
import { serverNow } from './store-clock.js';
import { runPatchColumns, stepPatchColumns } from './write-columns.js';

/** One run whose commit was written; a run that is missing from the answer was refused, and nothing of it was written. */
export interface WrittenRow {
  readonly n: number;
  readonly revision: number;
  readonly now: number;
}

const terminal = terminalRunStatuses.map((status) => `'${status}'`).join(', ');

/**
 * The statement that writes the commits of several runs: at most one entry a run, in one round trip and one transaction.
 *
 * Each entry is written whole or not at all, whatever becomes of the others. Why that is right at READ COMMITTED:
 *
 * All parts of a statement read one snapshot, taken when it began; a row lock gives the newest version of the row. So a
 * commit of somebody else can lie between what the lock shows and what the other parts see. But whoever writes anything
 * of a run (its row, steps, events, mail) holds the lock on its row and raises its revision. `held` therefore compares
 * the revision under the lock with that of the snapshot: equal, nobody wrote in between and nobody can until this
 * commits, so all that the snapshot shows of the run is the truth. Unequal, the entry is refused. A renewal raises no
 * revision, and may lie in between: the UPDATE of the run then finds the newer row, checks its own condition again and
 * computes from that row (EvalPlanQual), so that the renewal stays.
 *
 * A row that is locked is skipped, hence refused: the batch never waits for one run, and never takes part in a deadlock
 * over runs. Large values are the exception: they are shared, and taken in the order of their hashes.
 *
 * `$1` entries, `$2` the instant of the commit, `$3` how far that may be from the server's clock (null: any), `$4` large
 * values. An entry's `seq`s count from 1: the run's own `last_seq` is added, which the revision under the lock vouches for.
 */
export function writeStatement(
  tables: SisyphusTables,
  channel: string,
  { whole }: { readonly whole: boolean },
): Compiled<WrittenRow> {
  const parts = [
    entries(tables, whole),
    patches(tables),
    held(tables, whole),
    changedSteps(tables),
    addedSteps(tables),
    loggedEvents(tables),
    whole ? writtenRuns(tables) : raisedRuns(tables),
    ...(whole ? [keptBodies(tables), consumedMail(tables), told(channel)] : []),
  ];
  const names = ['entries', 'at', 'toleranceMs', ...(whole ? ['bodies'] : [])];
  const notices = whole ? ', (SELECT count(*) FROM told) AS told' : '';
  return compileSql(`WITH ${parts.join(',\n')}\nSELECT n, revision, ${serverNow} AS now${notices} FROM written`, names);
}

/** The entries, each with its run as the snapshot shows it. */
function entries({ workflowRuns }: SisyphusTables, whole: boolean): string {
  const always =
    'n int, run text, fence bigint, worker text, by_fence bigint, by_worker text, count int, usage text, steps json, events json';
  const more = ', mask bigint, patch json, bodies json, mail json, ends boolean, tell boolean';
  return `entry AS MATERIALIZED (
    SELECT e.*, seen.revision, seen.last_seq AS seen_seq
    FROM json_to_recordset($1::json) AS e (${always}${whole ? more : ''})
    JOIN ${tableName(workflowRuns)} seen ON seen.id = e.run
    WHERE ${expectOneRow('e.n')})`;
}

/**
 * The steps of the entries, each with whether its row is there: a scalar EXISTS, so that the whole key is looked up. An
 * anti-join would read all steps of the run at each of its commits.
 */
function patches({ workflowSteps }: SisyphusTables): string {
  const columns = columnDeclarations(workflowSteps, stepPatchColumns.properties);
  return `patch AS MATERIALIZED (
    SELECT e.n, e.run, e.seen_seq AS last_seq, p.*, EXISTS (
      SELECT 1 FROM ${tableName(workflowSteps)} s WHERE s.run_id = e.run AND s.step_key = p.step_key) AS there
    FROM entry e CROSS JOIN LATERAL json_to_recordset(e.steps)
      AS p (step_key text, mask int, first_seq int, fresh boolean, ${columns})
    WHERE ${expectOneRow('p.mask')})`;
}

/**
 * The entries that may be written, each with its run's row locked.
 *
 * An entry without a fence comes from a transaction that has the row's lock already and has checked for itself: so does
 * the end of a child, which is told to its parent in the same transaction. Every step that an entry does not start or skip
 * must be there.
 */
function held({ workflowRuns, runMailbox }: SisyphusTables, whole: boolean): string {
  const isAlone = whole ? ' AND NOT (e.ends AND run.parent_run_id IS NOT NULL)' : '';
  return `held AS MATERIALIZED (
    SELECT e.*, r.last_seq
    FROM entry e CROSS JOIN LATERAL (
      SELECT run.revision, run.last_seq FROM ${tableName(workflowRuns)} run
      WHERE run.id = e.run AND (e.fence IS NULL
        OR (run.fence = e.fence AND run.lease_worker = e.worker AND run.status NOT IN (${terminal})${isAlone}))
      FOR NO KEY UPDATE SKIP LOCKED) r
    WHERE r.revision = e.revision
      AND ($3::bigint IS NULL OR abs(extract(epoch FROM statement_timestamp()) * 1000 - $2::bigint) <= $3::bigint)
      AND e.n <> ALL (ARRAY(SELECT n FROM patch WHERE NOT there AND fresh IS NULL))${whole ? unread(runMailbox) : ''})`;
}

/** Each piece of mail is taken once: an entry that takes what was taken before is refused. */
function unread(runMailbox: SisyphusTables['runMailbox']): string {
  return `
      AND NOT EXISTS (
        SELECT 1 FROM json_array_elements_text(e.mail) AS taken (id) WHERE NOT EXISTS (
          SELECT 1 FROM ${tableName(runMailbox)} m WHERE m.id = taken.id AND m.run_id = e.run AND m.consumed_at IS NULL))`;
}

/** Of the entries that may be written: an array, which no join can make a walk through all pairs of. */
const isHeld = 'p.n = ANY (ARRAY(SELECT n FROM held))';

function changedSteps({ workflowSteps }: SisyphusTables): string {
  const sets = stepPatchColumns.assignments('s', 'p.mask', sentValue);
  return `changed AS (
    UPDATE ${tableName(workflowSteps)} s SET ${sets}, updated_at = $2::bigint
    FROM patch p WHERE p.there AND ${isHeld} AND s.run_id = p.run AND s.step_key = p.step_key)`;
}

function addedSteps({ workflowSteps }: SisyphusTables): string {
  const { properties } = stepPatchColumns;
  const counters = new Set(['attempts', 'attempts_base']);
  const values = properties
    .map((property) => columnName(workflowSteps, property))
    .map((column) => (counters.has(column) ? `coalesce(p.${column}, 0)` : sentValue(column)));
  return `added AS (
    INSERT INTO ${tableName(workflowSteps)} (run_id, step_key, first_seq, updated_at, ${columnList(workflowSteps, properties)})
    SELECT p.run, p.step_key, p.last_seq + p.first_seq, $2::bigint, ${values.join(', ')} FROM patch p WHERE NOT p.there AND ${isHeld})`;
}

/** A step's value as it was sent; the `seq` that settled it was counted from the commit's first event. */
function sentValue(column: string): string {
  return column === 'settled_seq' ? 'p.last_seq + p.settled_seq' : `p.${column}`;
}

function loggedEvents({ auditEvents }: SisyphusTables): string {
  return `logged AS (
    INSERT INTO ${tableName(auditEvents)} (run_id, seq, type, source, step_key, attempt, fence, worker, at, payload, payload_ref)
    SELECT h.run, h.last_seq + v.seq, v.type, 'engine', v.step_key, v.attempt, h.by_fence, h.by_worker, $2::bigint, v.payload, v.payload_ref
    FROM held h CROSS JOIN LATERAL json_to_recordset(h.events)
      AS v (seq int, type text, step_key text, attempt bigint, payload text, payload_ref text))`;
}

const raised = 'revision = r.revision + 1, last_seq = r.last_seq + h.count, updated_at = $2::bigint';

function raisedRuns({ workflowRuns }: SisyphusTables): string {
  return `written AS (
    UPDATE ${tableName(workflowRuns)} r SET ${raised}, usage = coalesce(h.usage, r.usage)
    FROM held h WHERE r.id = h.run RETURNING h.n, r.revision)`;
}

function writtenRuns({ workflowRuns }: SisyphusTables): string {
  const columns = columnDeclarations(workflowRuns, runPatchColumns.properties);
  const sets = runPatchColumns.assignments('r', 'h.mask', (column) => `x.${column}`);
  return `written AS (
    UPDATE ${tableName(workflowRuns)} r SET ${raised}, ${sets}
    FROM held h CROSS JOIN LATERAL json_to_record(h.patch) AS x (${columns})
    WHERE r.id = h.run RETURNING h.n, r.revision)`;
}

function keptBodies(tables: SisyphusTables): string {
  const wanted = 'SELECT json_array_elements_text(h.bodies) FROM held h';
  return `kept AS (${bodiesText(tables, '$4', `b.sha256 IN (${wanted})`)})`;
}

/** What asked the run to stop is done with when it has ended: a run that is resumed later must not find it. */
function consumedMail({ runMailbox }: SisyphusTables): string {
  return `consumed AS (
    UPDATE ${tableName(runMailbox)} m SET consumed_at = $2::bigint, consumed_seq = h.last_seq + h.count
    FROM held h WHERE m.run_id = h.run AND m.consumed_at IS NULL
      AND ((h.ends AND m.kind IN ('cancel', 'pause')) OR m.id IN (SELECT json_array_elements_text(h.mail))))`;
}

/** Part of the transaction: a commit that is undone wakes nobody. */
function told(channel: string): string {
  return `told AS (SELECT pg_notify('${channel}', '') FROM held WHERE tell LIMIT 1)`;
}
