import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { compileSql } from './compile.js';
import type { Compiled } from './compile-text.js';
import { bodiesText } from './payload-bodies.js';
import { insertFrom } from './small-statements.js';
import { serverNow } from './store-clock.js';

/** How many runs were created: all, or none where the instant was too far from the server's clock. */
export interface CreatedCount {
  readonly created: number;
  readonly now: number;
}

/**
 * The statement that creates runs with all that their first commit holds, in one round trip.
 *
 * A run whose id or idempotency key is taken fails the whole of it, and nothing is written. Steps and events may be
 * inserted beside their run: foreign keys are checked at the statement's end.
 *
 * `$1` runs, `$2` steps, `$3` events, `$4` definitions, `$5` large values, `$6` the instant, `$7` how far it may be from the
 * server's clock (null: any), `$8` whether to wake those who wait for work, `$9` the pots of those that have a budget.
 */
export function createStatement(tables: SisyphusTables, channel: string): Compiled<CreatedCount> {
  const { workflowRuns, workflowSteps, auditEvents, workflowDefinitions, budgetPots } = tables;
  const inTime = 'EXISTS (SELECT 1 FROM clock WHERE fits)';
  const text = `WITH clock AS MATERIALIZED (
      SELECT $7::bigint IS NULL OR abs(extract(epoch FROM statement_timestamp()) * 1000 - $6::bigint) <= $7::bigint AS fits),
    run AS (${insertFrom(workflowRuns, '$1')} WHERE ${inTime} ORDER BY x.id RETURNING id),
    step AS (${insertFrom(workflowSteps, '$2')} WHERE ${inTime}),
    event AS (${insertFrom(auditEvents, '$3')} WHERE ${inTime}),
    definition AS (${insertFrom(workflowDefinitions, '$4')} WHERE ${inTime} ON CONFLICT (hash) DO NOTHING),
    pot AS (${insertFrom(budgetPots, '$9')} WHERE ${inTime}),
    body AS (${bodiesText(tables, '$5', inTime)}),
    told AS (SELECT pg_notify('${channel}', '') FROM clock WHERE fits AND $8::boolean)
    SELECT count(*)::int AS created, ${serverNow} AS now, (SELECT count(*) FROM told) AS told FROM run`;
  return compileSql(text, ['runs', 'steps', 'events', 'definitions', 'bodies', 'at', 'toleranceMs', 'tell', 'pots']);
}
