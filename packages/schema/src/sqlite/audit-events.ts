import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { eventSources } from '../model/statuses.js';
import { workflowRuns } from './workflow-runs.js';

/** The append-only log; `EventRow` in the model says what each column means. */
export const auditEvents = sqliteTable(
  'audit_events',
  {
    runId: text('run_id')
      .notNull()
      .references(() => workflowRuns.id),
    seq: integer('seq').notNull(),
    type: text('type').notNull(),
    source: text('source', { enum: eventSources }).notNull().default('engine'),
    stepKey: text('step_key'),
    attempt: integer('attempt'),
    fence: integer('fence'),
    worker: text('worker'),
    at: integer('at').notNull(),
    payload: text('payload').notNull(),
    payloadRef: text('payload_ref'),
  },
  (event) => [
    primaryKey({ name: 'audit_events_pk', columns: [event.runId, event.seq] }),
    index('audit_events_payload_ref').on(event.payloadRef).where(sql`payload_ref IS NOT NULL`),
  ],
);
