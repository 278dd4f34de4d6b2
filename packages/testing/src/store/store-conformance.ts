import { cancelCases } from './cases/cancel.js';
import { childEndCases } from './cases/child-ends.js';
import { childRunCases } from './cases/child-runs.js';
import { claimAndBeginCases } from './cases/claim-and-begin.js';
import { claimDueCases } from './cases/claim-due.js';
import { claimRunsCases } from './cases/claim-runs.js';
import { claimTableCases } from './cases/claim-table.js';
import { closeCases } from './cases/close.js';
import { createRunsCases } from './cases/create-runs.js';
import { deadlineCases } from './cases/deadlines.js';
import { deleteRunsCases } from './cases/delete-runs.js';
import { findAbandonedCases } from './cases/find-abandoned.js';
import { findDueCases } from './cases/find-due.js';
import { forkRefusalsCases } from './cases/fork-refusals.js';
import { forkRunCases } from './cases/fork-run.js';
import { forkValuesCases } from './cases/fork-values.js';
import { groupCommitCases } from './cases/group-commit.js';
import { idempotencyCases } from './cases/idempotency.js';
import { instantsCases } from './cases/instants.js';
import { listRunsCases } from './cases/list-runs.js';
import { logEventCases } from './cases/log-event.js';
import { mailboxCases } from './cases/mailbox.js';
import { potCases } from './cases/pots.js';
import { queueLimitsCases } from './cases/queue-limits.js';
import { readsCases } from './cases/reads.js';
import { recordCases } from './cases/record.js';
import { recordRefusalCases } from './cases/record-refusals.js';
import { recordWithCases } from './cases/record-with.js';
import { renewLeasesCases } from './cases/renew-leases.js';
import { startRenewalsCases } from './cases/start-renewals.js';
import { suspensionCases } from './cases/suspension.js';
import { transactCases } from './cases/transact.js';
import { valuesCases } from './cases/values.js';
import { watchCases } from './cases/watch.js';
import type { ConformanceCase } from './conformance-case.js';

/** Every promise of `WorkflowStore` that a store has to keep, whatever its database. */
export const storeConformance: readonly ConformanceCase[] = [
  ...createRunsCases,
  ...idempotencyCases,
  ...forkRunCases,
  ...forkValuesCases,
  ...forkRefusalsCases,
  ...claimTableCases,
  ...claimRunsCases,
  ...findDueCases,
  ...claimDueCases,
  ...claimAndBeginCases,
  ...queueLimitsCases,
  ...deadlineCases,
  ...potCases,
  ...findAbandonedCases,
  ...suspensionCases,
  ...recordCases,
  ...recordRefusalCases,
  ...recordWithCases,
  ...renewLeasesCases,
  ...startRenewalsCases,
  ...transactCases,
  ...cancelCases,
  ...mailboxCases,
  ...childRunCases,
  ...childEndCases,
  ...logEventCases,
  ...valuesCases,
  ...readsCases,
  ...listRunsCases,
  ...deleteRunsCases,
  ...groupCommitCases,
  ...instantsCases,
  ...watchCases,
  ...closeCases,
];
