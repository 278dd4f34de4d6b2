import type { EventRow } from '../model/event-row.js';
import type { DefinitionRow, MailboxRow, PayloadRow, PotRow } from '../model/other-rows.js';
import type { RunRow } from '../model/run-row.js';
import type { StepRow } from '../model/step-row.js';
import type { auditEvents } from './audit-events.js';
import type { budgetPots } from './budget-pots.js';
import type { payloads, runMailbox, workflowDefinitions } from './other-tables.js';
import type { workflowRuns } from './workflow-runs.js';
import type { workflowSteps } from './workflow-steps.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** Proof to the type checker that each table's rows are exactly the model's; `firstSeq` stands for SQLite's rowid. */
export type PostgresParity = [
  Same<typeof workflowRuns.$inferSelect, Mutable<RunRow>>,
  Same<Omit<typeof workflowSteps.$inferSelect, 'firstSeq'>, Mutable<StepRow>>,
  Same<typeof auditEvents.$inferSelect, Mutable<EventRow>>,
  Same<typeof workflowDefinitions.$inferSelect, Mutable<DefinitionRow>>,
  Same<typeof runMailbox.$inferSelect, Mutable<MailboxRow>>,
  Same<typeof payloads.$inferSelect, Mutable<PayloadRow>>,
  Same<typeof budgetPots.$inferSelect, Mutable<PotRow>>,
];

/** Fails to compile when one of the pairs above differs. */
export const postgresParity: PostgresParity = [true, true, true, true, true, true, true];
