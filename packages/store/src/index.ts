export type {
  CancelRequested,
  Change,
  ChangeOf,
  ChangeType,
  ChildCancelRequested,
  MailTaken,
  Metered,
  PauseRequested,
  RearmedStep,
  RunAdopted,
  RunClaimed,
  RunForked,
  RunReleased,
  SignalReceived,
  StepCancelled,
  StepCompleted,
  StepFailed,
  StepInDoubt,
  StepRearmed,
  StepRetryScheduled,
  StepSkipped,
  StepStarted,
  StepWaiting,
  StoredChange,
  Streaked,
  Usage,
  WorkflowCancelled,
  WorkflowCompleted,
  WorkflowEnding,
  WorkflowFailed,
  WorkflowPaused,
  WorkflowResumed,
  WorkflowStarted,
  WorkflowSuspended,
  WorkflowWoken,
} from './changes/change.js';
export { type ChangeFields, changeFields, changeTypes, isChangeType } from './changes/change-fields.js';
export { type ChildEnd, decodeChildEnd } from './changes/child-end.js';
export { decodeChange, type EventLike } from './changes/decode-change.js';
export { encodeChange } from './changes/encode-change.js';
export { emptyFold, type Fold, type FoldableEvent, foldEvent, foldedState } from './changes/fold.js';
export { project } from './changes/project.js';
export type { Projection, Stamp, StepPatch } from './changes/projection.js';
export {
  chargeCutOff,
  readBudget,
  readSpend,
  readUsage,
  reserveSpend,
  settleSpend,
  shiftUsage,
} from './changes/run-usage.js';
export { stampChanges } from './changes/stamp-changes.js';
export { type Discrepancy, type VerifiableRun, verifyRun } from './changes/verify-run.js';
export { decodeValue } from './codec/decode-value.js';
export { type EncodeOptions, encodeValue, type JsonText } from './codec/encode-value.js';
export { inlineBytes, sha256 } from './codec/spill.js';
export { toStoredError } from './codec/to-stored-error.js';
export {
  BudgetRefusedError,
  IdempotencyConflictError,
  LeaseLostError,
  NotADatabaseError,
  NotSerializableError,
  PayloadTooLargeError,
  RunChangedError,
  RunExistsError,
  RunHeldError,
  RunNotFoundError,
  RunStateError,
  StoreBusyError,
  StoreClosedError,
  StoreFullError,
  StoreIoError,
  StoreOpenError,
} from './errors.js';
export {
  type ClientLocation,
  defaultLocation,
  type OpenStoreOptions,
  openStore,
  type PostgresClientLocation,
  type PostgresUrl,
} from './open-store.js';
export type { PostgresDatabase } from './postgres/context.js';
export { isProvablyDead, readProcessIdentity } from './process-identity.js';
export { decodeError, type RunState, type StepState, toRunState } from './run-state.js';
export type { SyncDatabase } from './sqlite/statements.js';
export type { WorkflowStore } from './store.js';
export type {
  CarriedSteps,
  Claim,
  ClaimDueRequest,
  ClaimOutcome,
  ClaimRequest,
  CreatedRun,
  Decision,
  DueRequest,
  DueRun,
  DueRuns,
  EventFilter,
  ForkRequest,
  ForkSource,
  Lease,
  LeaseRenewals,
  LeaseRequest,
  NewDefinition,
  NewMail,
  NewRun,
  QueueRequest,
  Recorded,
  RecordOptions,
  Renewal,
  RenewalOptions,
  RunFilter,
  RunSnapshot,
  StoreCapabilities,
  StoredEvent,
} from './store-types.js';
export { isBeginning } from './transitions/check-beginning.js';
export { type AnswerOutcome, decideAnswer, type Question } from './transitions/decide-answer.js';
export { type CancelOutcome, type CancelRequest, decideCancel } from './transitions/decide-cancel.js';
export { type ClaimDecision, decideClaim } from './transitions/decide-claim.js';
export { decidePause, type PauseOutcome } from './transitions/decide-pause.js';
export { decideRevive, type ReviveOutcome, type ReviveRequest } from './transitions/decide-revive.js';
export { decideSignal, type SignalOutcome } from './transitions/decide-signal.js';
export { type Draw, drawOnPot, type Pot, type PotShortage } from './transitions/draw-on-pot.js';
export { leaseState } from './transitions/lease-state.js';
export { isCompensation, isDoubtful, settledBefore } from './transitions/settled-before.js';
export { type AttemptNeeds, type Shortage, shortageOf } from './transitions/shortage-of.js';
