export type { EventRow } from './model/event-row.js';
export type { DefinitionRow, MailboxRow, PayloadRow, PotRow } from './model/other-rows.js';
export type { ProcessIdentity } from './model/process-identity.js';
export {
  type FoldState,
  projectedRunColumns,
  projectedStepColumns,
  type RunProjection,
  type StepProjection,
} from './model/projected-columns.js';
export type { RunRow } from './model/run-row.js';
export {
  type Budget,
  type BudgetAmount,
  budgetAmounts,
  noUsage,
  type RunUsage,
  type Spend,
} from './model/run-usage.js';
export { SisyphusError, type SisyphusErrorOptions } from './model/sisyphus-error.js';
export {
  activeRunStatuses,
  type Delivery,
  deliveries,
  type EventSource,
  eventSources,
  isTerminal,
  type RunStatus,
  runStatuses,
  type StepStatus,
  stepStatuses,
  type TerminalRunStatus,
  terminalRunStatuses,
} from './model/statuses.js';
export type { StepRow } from './model/step-row.js';
export type { StoredError } from './model/stored-error.js';
