export type {
  CancelRequested,
  Change,
  ChangeOf,
  ChangeType,
  RearmedStep,
  RunAdopted,
  RunClaimed,
  RunReleased,
  SignalReceived,
  StepCancelled,
  StepCompleted,
  StepFailed,
  StepRetryScheduled,
  StepSkipped,
  StepStarted,
  StoredChange,
  Usage,
  WorkflowCancelled,
  WorkflowCompleted,
  WorkflowFailed,
  WorkflowResumed,
  WorkflowStarted,
} from './changes/change.js';
export { type ChangeFields, changeFields, changeTypes, isChangeType } from './changes/change-fields.js';
export { decodeChange, type EventLike } from './changes/decode-change.js';
export { encodeChange } from './changes/encode-change.js';
export { emptyFold, type Fold, type FoldableEvent, foldEvent, foldedState } from './changes/fold.js';
export { project } from './changes/project.js';
export type { Projection, Stamp, StepPatch } from './changes/projection.js';
export { stampChanges } from './changes/stamp-changes.js';
export { type Discrepancy, type VerifiableRun, verifyRun } from './changes/verify-run.js';
export { decodeValue } from './codec/decode-value.js';
export { type EncodeOptions, encodeValue, type JsonText } from './codec/encode-value.js';
export { inlineBytes, sha256 } from './codec/spill.js';
export { toStoredError } from './codec/to-stored-error.js';
export {
  IdempotencyConflictError,
  LeaseLostError,
  NotADatabaseError,
  NotSerializableError,
  PayloadTooLargeError,
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
export { isProvablyDead, readProcessIdentity } from './process-identity.js';
export { decodeError, type RunState, type StepState, toRunState } from './run-state.js';
export type { WorkflowStore } from './store.js';
export type {
  Claim,
  ClaimOutcome,
  ClaimRequest,
  CreatedRun,
  Decision,
  EventFilter,
  Lease,
  LeaseRequest,
  NewDefinition,
  NewMail,
  NewRun,
  Recorded,
  Renewal,
  RunFilter,
  RunSnapshot,
  StoreCapabilities,
  StoredEvent,
} from './store-types.js';
export { type CancelOutcome, decideCancel } from './transitions/decide-cancel.js';
export { type ClaimDecision, decideClaim } from './transitions/decide-claim.js';
export { leaseState } from './transitions/lease-state.js';
