import type { DefinitionRow, MailboxRow, RunRow, StepRow } from '@sisyphus-state/schema';
import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { and, asc, eq, gt, isNotNull, isNull, notInArray, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core';
import type { StoredEvent } from '../store-types.js';
import type { KnownRun } from '../transitions/check-same-request.js';
import { compile, compileSql, namedColumns } from './compile.js';
import { serverNow } from './store-clock.js';

/** The run as a rule sees it, and the server's clock when its row was locked. */
export type LockedRun = RunRow & { readonly now: number };

const named = sql.placeholder;

/** A value whole: as it stands in the row, or from `payloads`. Not a join, for which the planner might read that whole table. */
function wholeValue(payloads: SisyphusTables['payloads'], inline: PgColumn, ref: PgColumn): SQL {
  return sql`coalesce(${inline}, ${bodyOf(payloads, ref)})`;
}

function bodyOf(payloads: SisyphusTables['payloads'], ref: PgColumn): SQL {
  return sql`(SELECT ${payloads.body} FROM ${payloads} WHERE ${payloads.sha256} = ${ref})`;
}

/** The statements that read or lock runs. */
export function prepareRunReads({ workflowRuns, auditEvents, payloads }: SisyphusTables) {
  const query = new QueryBuilder();
  const whole = {
    ...namedColumns(workflowRuns),
    input: wholeValue(payloads, workflowRuns.input, workflowRuns.inputRef).as('input'),
    context: wholeValue(payloads, workflowRuns.context, workflowRuns.contextRef).as('context'),
    output: wholeValue(payloads, workflowRuns.output, workflowRuns.outputRef).as('output'),
  };
  const forked = sql`(${query
    .select({ payload: auditEvents.payload })
    .from(auditEvents)
    .where(
      and(eq(auditEvents.runId, workflowRuns.id), eq(auditEvents.seq, sql`1`), eq(auditEvents.type, sql`'run_forked'`)),
    )})`.as('forked');
  const isAsked = sql`${workflowRuns.id} = ANY(${named('runIds')}::text[])`;
  const key = sql`(${workflowRuns.namespace}, ${workflowRuns.idempotencyKey})`;
  const keys = sql`SELECT * FROM unnest(${named('namespaces')}::text[], ${named('keys')}::text[])`;
  return {
    readRuns: compile<RunRow>(query.select(whole).from(workflowRuns).where(isAsked)),
    readRunsByKey: compile<RunRow & KnownRun>(
      query
        .select({ ...whole, forked })
        .from(workflowRuns)
        .where(sql`${key} IN (${keys})`),
    ),
    lockRuns: lockRuns({ workflowRuns }, 'wait'),
    lockFreeRuns: lockRuns({ workflowRuns }, 'skip'),
    readRevisions: compile<Pick<RunRow, 'id' | 'revision'>>(
      query
        .select({ id: sql`${workflowRuns.id}`.as('id'), revision: sql`${workflowRuns.revision}`.as('revision') })
        .from(workflowRuns)
        .where(isAsked),
    ),
    readHeads: compile<RunRow>(query.select(headColumns({ workflowRuns })).from(workflowRuns).where(isAsked)),
  };
}

/** A run without its values: what rules decide by. */
function headColumns({ workflowRuns }: Pick<SisyphusTables, 'workflowRuns'>) {
  return {
    ...namedColumns(workflowRuns),
    input: sql`NULL::text`.as('input'),
    context: sql`NULL::text`.as('context'),
    output: sql`NULL::text`.as('output'),
  };
}

/** Locks runs in the order of their ids, so that two commits on the same runs wait for each other and never in a circle. */
function lockRuns({ workflowRuns }: Pick<SisyphusTables, 'workflowRuns'>, whenLocked: 'wait' | 'skip') {
  const ordered = new QueryBuilder()
    .select(headColumns({ workflowRuns }))
    .from(workflowRuns)
    .where(sql`${workflowRuns.id} = ANY(${named('runIds')}::text[])`)
    .orderBy(asc(workflowRuns.id));
  const strength = 'no key update';
  const locking = compile(whenLocked === 'skip' ? ordered.for(strength, { skipLocked: true }) : ordered.for(strength));
  // The clock is read above the lock: below it, it would show when the wait began.
  const text = `WITH locked AS MATERIALIZED (${locking.text}) SELECT *, ${serverNow} AS now FROM locked`;
  return compileSql<LockedRun>(text, ['runIds']);
}

/** The statements that read what belongs to runs. */
export function prepareReads({
  workflowSteps,
  auditEvents,
  runMailbox,
  workflowDefinitions,
  payloads,
}: SisyphusTables) {
  const query = new QueryBuilder();
  const { firstSeq: _, ...stepColumns } = namedColumns(workflowSteps);
  const wholeStep = {
    ...stepColumns,
    result: wholeValue(payloads, workflowSteps.result, workflowSteps.resultRef).as('result'),
  };
  const wholeMail = {
    ...namedColumns(runMailbox),
    payload: wholeValue(payloads, runMailbox.payload, runMailbox.payloadRef).as('payload'),
  };
  const ofRuns = sql`${workflowSteps.runId} = ANY(${named('runIds')}::text[])`;
  return {
    readSteps: compile<StepRow>(
      query
        .select(wholeStep)
        .from(workflowSteps)
        .where(ofRuns)
        .orderBy(asc(workflowSteps.runId), asc(workflowSteps.firstSeq)),
    ),
    readOpenSteps: compile<StepRow>(
      query
        .select(stepColumns)
        .from(workflowSteps)
        .where(and(ofRuns, notInArray(workflowSteps.status, ['completed', 'skipped'])))
        .orderBy(asc(workflowSteps.runId), asc(workflowSteps.firstSeq)),
    ),
    readBegan: compile<{ readonly stepKey: string; readonly seq: number }>(
      query
        .select({ stepKey: sql`${auditEvents.stepKey}`.as('stepKey'), seq: sql`min(${auditEvents.seq})`.as('seq') })
        .from(auditEvents)
        .where(
          and(
            eq(auditEvents.runId, named('runId')),
            isNotNull(auditEvents.stepKey),
            eq(auditEvents.source, sql`'engine'`),
          ),
        )
        .groupBy(auditEvents.stepKey),
    ),
    readEvents: compile<StoredEvent>(
      query
        .select({ ...namedColumns(auditEvents), body: bodyOf(payloads, auditEvents.payloadRef).as('body') })
        .from(auditEvents)
        .where(and(eq(auditEvents.runId, named('runId')), gt(auditEvents.seq, named('after'))))
        .orderBy(asc(auditEvents.seq))
        .limit(named('limit')),
    ),
    readMail: compile<MailboxRow>(
      query
        .select(wholeMail)
        .from(runMailbox)
        .where(and(sql`${runMailbox.runId} = ANY(${named('runIds')}::text[])`, isNull(runMailbox.consumedAt)))
        .orderBy(asc(runMailbox.runId), asc(runMailbox.id)),
    ),
    readDefinition: compile<DefinitionRow>(
      query
        .select(namedColumns(workflowDefinitions))
        .from(workflowDefinitions)
        .where(eq(workflowDefinitions.hash, named('hash'))),
    ),
  };
}
