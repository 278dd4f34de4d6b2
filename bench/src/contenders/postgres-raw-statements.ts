import type { QueryConfig } from 'pg';
import { workType } from '../workload.js';
import { emptyInputHash } from './raw-plan.js';
import { rawHolder, rawWorker } from './raw-statements.js';

/** A connection, or a pool that lends one for a statement. */
export interface Connection {
  query(statement: QueryConfig): Promise<unknown>;
}

/** A statement by hand, prepared once on each connection. */
export type PostgresStatement = (connection: Connection, values: readonly (string | number)[]) => Promise<unknown>;

const stepColumns =
  'run_id, step_key, step_id, first_seq, started_at, updated_at, input_hash, type, status, attempts, attempts_base, delivery';
const stepConstants = `'${emptyInputHash}', '${workType}', 'running', 1, 0, 'at-least-once'`;
const eventColumns = 'run_id, seq, type, source, step_key, attempt, fence, worker, at, payload';
const by = `1, '${rawWorker}'`;
const run = '$1::text';

function prepared(name: string, text: string): PostgresStatement {
  return (connection, values) => connection.query({ name, text, values: [...values] });
}

function event(seq: string, type: string, step: string | null, at: string, payload: string): string {
  return `(${run}, ${seq}, '${type}', 'engine', ${step === null ? 'NULL, NULL' : `${step}, 1`}, ${by}, ${at}, ${payload})`;
}

/** `$1` hash, `$2` name, `$3` body, `$4` when. */
export const insertDefinition = prepared(
  'definition',
  `INSERT INTO sisyphus.workflow_definitions (hash, name, body, created_at) VALUES ($1, $2, $3, $4)
   ON CONFLICT (hash) DO NOTHING`,
);

/** A run with its first step, in one statement: `$1` run, `$2` when, `$3` name, `$4` hash, `$5` what it started with, `$6` step, `$7` its start. */
export const createRun = prepared(
  'create',
  `WITH run AS (
     INSERT INTO sisyphus.workflow_runs
       (id, root_run_id, name, definition_hash, created_at, updated_at, started_at, lease_expires_at, last_seq,
        namespace, status, queue, priority, revision, fence, lease_ms, lease_worker, lease_holder, lease_renewals)
     VALUES (${run}, ${run}, $3, $4, $2::bigint, $2::bigint, $2::bigint, $2::bigint + 30000, 3,
        'default', 'running', 'default', 0, 1, 1, 30000, '${rawWorker}', '${rawHolder}', 0)),
   step AS (
     INSERT INTO sisyphus.workflow_steps (${stepColumns})
     VALUES (${run}, $6::text, $6::text, 3, $2::bigint, $2::bigint, ${stepConstants}))
   INSERT INTO sisyphus.audit_events (${eventColumns}) VALUES
     ${event('1', 'workflow_started', null, '$2::bigint', '$5::text')},
     ${event('2', 'run_claimed', null, '$2::bigint', `'{"first":true}'`)},
     ${event('3', 'step_started', '$6::text', '$2::bigint', '$7::text')}`,
);

const completed = `
   WITH done AS (
     UPDATE sisyphus.workflow_steps
     SET status = 'completed', result = $4::text, settled_seq = $5::bigint, finished_at = $2::bigint, updated_at = $2::bigint
     WHERE run_id = ${run} AND step_key = $3::text)`;

/** A step's end and the next one's start: `$1` run, `$2` when, `$3` step, `$4` result, `$5` seq, `$6` payload, `$7` revision, `$8` next step, `$9` its start. */
export const endStep = prepared(
  'step',
  `${completed}, next AS (
     INSERT INTO sisyphus.workflow_steps (${stepColumns})
     VALUES (${run}, $8::text, $8::text, $5::bigint + 1, $2::bigint, $2::bigint, ${stepConstants})),
   logged AS (
     INSERT INTO sisyphus.audit_events (${eventColumns}) VALUES
       ${event('$5::bigint', 'step_completed', '$3::text', '$2::bigint', '$6::text')},
       ${event('$5::bigint + 1', 'step_started', '$8::text', '$2::bigint', '$9::text')})
   UPDATE sisyphus.workflow_runs
   SET revision = $7::bigint, last_seq = $5::bigint + 1, updated_at = $2::bigint WHERE id = ${run}`,
);

/** The last step's end and the run's: `$1` to `$7` as above, `$8` the context, `$9` the payload of the run's end. */
export const endRun = prepared(
  'end',
  `${completed}, logged AS (
     INSERT INTO sisyphus.audit_events (${eventColumns}) VALUES
       ${event('$5::bigint', 'step_completed', '$3::text', '$2::bigint', '$6::text')},
       ${event('$5::bigint + 1', 'workflow_completed', null, '$2::bigint', '$9::text')})
   UPDATE sisyphus.workflow_runs
   SET revision = $7::bigint, last_seq = $5::bigint + 1, updated_at = $2::bigint, finished_at = $2::bigint,
       context = $8::text, output = 'null', status = 'completed',
       lease_worker = NULL, lease_holder = NULL, lease_expires_at = NULL
   WHERE id = ${run}`,
);
