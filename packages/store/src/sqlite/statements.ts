import type { DefinitionRow, MailboxRow, RunRow, StepRow } from '@sisyphus-state/schema';
import {
  auditEvents,
  payloads,
  runMailbox,
  workflowDefinitions,
  workflowRuns,
  workflowSteps,
} from '@sisyphus-state/schema/sqlite';
import { and, asc, eq, getTableColumns, gt, inArray, isNotNull, isNull, notInArray, type SQL, sql } from 'drizzle-orm';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import { alias, QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { StoredEvent } from '../store-types.js';
import type { KnownRun } from '../transitions/check-same-request.js';
import type { SqliteClient } from './client.js';
import { compile, namedColumns, placeholders } from './compile.js';
import { prepareDue } from './due-statements.js';
import { preparePatches } from './patch-statements.js';
import { preparePots } from './pot-statements.js';

/** Any Drizzle SQLite database with a synchronous driver. */
export type SyncDatabase = BaseSQLiteDatabase<'sync', unknown, Record<string, unknown>>;

const named = sql.placeholder;

/** Every statement of fixed shape, prepared once per connection. */
export type Statements = ReturnType<typeof prepareStatements>;

/** Prepares all statements on a connection whose tables are there. */
export function prepareStatements(db: SyncDatabase, client: SqliteClient) {
  return {
    ...prepareRunReads(client),
    ...prepareHeads(client),
    ...prepareReads(client),
    ...prepareEventReads(client),
    ...prepareWrites(db, client),
    ...preparePatches(db, client),
    ...prepareDue(client),
    ...preparePots(db, client),
  };
}

function prepareRunReads(client: SqliteClient) {
  const query = new QueryBuilder();
  const [input, context, output] = [
    alias(payloads, 'p_input'),
    alias(payloads, 'p_context'),
    alias(payloads, 'p_output'),
  ];
  const whole = {
    ...namedColumns(workflowRuns),
    input: sql`coalesce(${workflowRuns.input}, ${input.body})`.as('input'),
    context: sql`coalesce(${workflowRuns.context}, ${context.body})`.as('context'),
    output: sql`coalesce(${workflowRuns.output}, ${output.body})`.as('output'),
  };
  const forked = query
    .select({ payload: auditEvents.payload })
    .from(auditEvents)
    .where(
      and(eq(auditEvents.runId, workflowRuns.id), eq(auditEvents.seq, sql`1`), eq(auditEvents.type, sql`'run_forked'`)),
    );
  const selectRun = (more: Record<string, SQL.Aliased> = {}) =>
    query
      .select({ ...whole, ...more })
      .from(workflowRuns)
      .leftJoin(input, eq(input.sha256, workflowRuns.inputRef))
      .leftJoin(context, eq(context.sha256, workflowRuns.contextRef))
      .leftJoin(output, eq(output.sha256, workflowRuns.outputRef));
  return {
    readRun: compile<RunRow>(client, selectRun().where(eq(workflowRuns.id, named('runId')))),
    readRunByKey: compile<KnownRun>(
      client,
      selectRun({ forked: sql`(${forked})`.as('forked') }).where(
        and(eq(workflowRuns.namespace, named('namespace')), eq(workflowRuns.idempotencyKey, named('idempotencyKey'))),
      ),
    ),
  };
}

/** Parts of a run's row, for what needs no more. */
function prepareHeads(client: SqliteClient) {
  const query = new QueryBuilder();
  const head = {
    ...namedColumns(workflowRuns),
    input: sql`NULL`.as('input'),
    context: sql`NULL`.as('context'),
    output: sql`NULL`.as('output'),
  };
  return {
    /** A run without its values: what rules decide by. */
    readHead: compile<RunRow>(
      client,
      query
        .select(head)
        .from(workflowRuns)
        .where(eq(workflowRuns.id, named('runId'))),
    ),
    readParent: compile<Pick<RunRow, 'parentRunId' | 'parentStepKey'>>(
      client,
      query
        .select({
          parentRunId: sql`${workflowRuns.parentRunId}`.as('parentRunId'),
          parentStepKey: sql`${workflowRuns.parentStepKey}`.as('parentStepKey'),
        })
        .from(workflowRuns)
        .where(eq(workflowRuns.id, named('runId'))),
    ),
    readFence: compile<Pick<RunRow, 'status' | 'fence' | 'revision' | 'lastSeq' | 'leaseWorker' | 'usage'>>(
      client,
      query
        .select({
          status: sql`${workflowRuns.status}`.as('status'),
          fence: sql`${workflowRuns.fence}`.as('fence'),
          revision: sql`${workflowRuns.revision}`.as('revision'),
          lastSeq: sql`${workflowRuns.lastSeq}`.as('lastSeq'),
          leaseWorker: sql`${workflowRuns.leaseWorker}`.as('leaseWorker'),
          usage: sql`${workflowRuns.usage}`.as('usage'),
        })
        .from(workflowRuns)
        .where(eq(workflowRuns.id, named('runId'))),
    ),
  };
}

function prepareReads(client: SqliteClient) {
  const query = new QueryBuilder();
  const wholeStep = {
    ...namedColumns(workflowSteps),
    result: sql`coalesce(${workflowSteps.result}, ${payloads.body})`.as('result'),
  };
  const wholeMail = {
    ...namedColumns(runMailbox),
    payload: sql`coalesce(${runMailbox.payload}, ${payloads.body})`.as('payload'),
  };
  const open = notInArray(workflowSteps.status, ['completed', 'skipped']);
  return {
    readSteps: compile<StepRow>(
      client,
      query
        .select(wholeStep)
        .from(workflowSteps)
        .leftJoin(payloads, eq(payloads.sha256, workflowSteps.resultRef))
        .where(eq(workflowSteps.runId, named('runId')))
        .orderBy(sql`${workflowSteps}.rowid`),
    ),
    readOpenSteps: compile<StepRow>(
      client,
      query
        .select(namedColumns(workflowSteps))
        .from(workflowSteps)
        .where(and(eq(workflowSteps.runId, named('runId')), open))
        .orderBy(sql`rowid`),
    ),
    readMail: compile<MailboxRow>(
      client,
      query
        .select(wholeMail)
        .from(runMailbox)
        .leftJoin(payloads, eq(payloads.sha256, runMailbox.payloadRef))
        .where(and(eq(runMailbox.runId, named('runId')), isNull(runMailbox.consumedAt)))
        .orderBy(asc(runMailbox.id)),
    ),
    readDefinition: compile<DefinitionRow>(
      client,
      query
        .select(namedColumns(workflowDefinitions))
        .from(workflowDefinitions)
        .where(eq(workflowDefinitions.hash, named('hash'))),
    ),
  };
}

function prepareEventReads(client: SqliteClient) {
  const query = new QueryBuilder();
  return {
    readBegan: compile<{ readonly stepKey: string; readonly seq: number }>(
      client,
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
      client,
      query
        .select({ ...namedColumns(auditEvents), body: sql`${payloads.body}`.as('body') })
        .from(auditEvents)
        .leftJoin(payloads, eq(payloads.sha256, auditEvents.payloadRef))
        .where(and(eq(auditEvents.runId, named('runId')), gt(auditEvents.seq, named('after'))))
        .orderBy(asc(auditEvents.seq))
        .limit(named('limit')),
    ),
  };
}

function prepareWrites(db: SyncDatabase, client: SqliteClient) {
  const insert = <T extends typeof workflowRuns | typeof auditEvents | typeof runMailbox>(table: T) =>
    compile(client, db.insert(table).values(placeholders(Object.keys(getTableColumns(table))) as never)); // a placeholder stands for any column
  const all = <T extends typeof workflowDefinitions | typeof payloads>(table: T) =>
    compile(
      client,
      db
        .insert(table)
        .values(placeholders(Object.keys(getTableColumns(table))) as never)
        .onConflictDoNothing(),
    ); // as above
  return {
    insertRun: insert(workflowRuns),
    insertEvent: insert(auditEvents),
    insertMail: insert(runMailbox),
    insertDefinition: all(workflowDefinitions),
    insertPayload: all(payloads),
    renewLeases: compile<Pick<RunRow, 'id' | 'fence' | 'leaseWorker' | 'revision'>>(
      client,
      db
        .update(workflowRuns)
        .set({
          leaseExpiresAt: sql`${named('leaseExpiresAt')}`,
          leaseMs: sql`${named('leaseMs')}`,
          leaseRenewals: sql`${workflowRuns.leaseRenewals} + 1`,
        })
        .from(sql`json_each(${named('leases')}) AS lease`)
        .where(
          and(
            eq(workflowRuns.id, sql`json_extract(lease.value, '$.runId')`),
            eq(workflowRuns.fence, sql`json_extract(lease.value, '$.fence')`),
            eq(workflowRuns.leaseWorker, sql`json_extract(lease.value, '$.worker')`),
          ),
        )
        .returning({
          id: sql`${workflowRuns.id}`.as('id'),
          fence: sql`${workflowRuns.fence}`.as('fence'),
          leaseWorker: sql`${workflowRuns.leaseWorker}`.as('leaseWorker'),
          revision: sql`${workflowRuns.revision}`.as('revision'),
        }),
    ),
    takeMail: compile(
      client,
      db
        .update(runMailbox)
        .set({ consumedAt: sql`${named('at')}`, consumedSeq: sql`${named('seq')}` })
        .where(
          and(eq(runMailbox.id, named('id')), eq(runMailbox.runId, named('runId')), isNull(runMailbox.consumedAt)),
        ),
    ),
    consumeRequests: compile(
      client,
      db
        .update(runMailbox)
        .set({ consumedAt: sql`${named('at')}`, consumedSeq: sql`${named('seq')}` })
        .where(
          and(
            eq(runMailbox.runId, named('runId')),
            isNull(runMailbox.consumedAt),
            inArray(runMailbox.kind, ['cancel', 'pause']),
          ),
        ),
    ),
  };
}
