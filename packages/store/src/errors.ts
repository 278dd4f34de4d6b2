import { SisyphusError } from '@sisyphus-state/schema';
import type { PotShortage } from './transitions/draw-on-pot.js';

/** No run has this id in this database. Check the id and the location (`--db`, `SISYPHUS_DB`). */
export class RunNotFoundError extends SisyphusError {
  readonly code = 'RUN_NOT_FOUND';
  readonly runId: string;
  constructor(runId: string) {
    super(
      `No run ${runId} in this database. List the runs there are with \`sisyphus ls\`, or check which database is open.`,
      {
        details: { runId },
      },
    );
    this.runId = runId;
  }
}

/** Somebody else holds the run. Wait for them, or take it over if they are gone. */
export class RunHeldError extends SisyphusError {
  readonly code = 'RUN_HELD';
  readonly runId: string;
  readonly holder: string;
  readonly until: number;
  constructor(runId: string, holder: string, until: number) {
    super(
      `Run ${runId} is held by ${holder} until ${new Date(until).toISOString()}. ` +
        'Wait for it to finish, or pass { takeover: true } (`--takeover`) if that worker is known to be gone.',
      { details: { runId, holder, until } },
    );
    this.runId = runId;
    this.holder = holder;
    this.until = until;
  }
}

/** This worker's lease was taken over or the run ended under it: nothing was written, and nothing more will be. */
export class LeaseLostError extends SisyphusError {
  readonly code = 'LEASE_LOST';
  readonly runId: string;
  readonly fence: number;
  constructor(runId: string, fence: number, reason: string) {
    super(
      `The lease on run ${runId} (fence ${fence}) is lost: ${reason}. Its late write was refused; stop working on it.`,
      {
        details: { runId, fence, reason },
      },
    );
    this.runId = runId;
    this.fence = fence;
  }
}

/** The run can't be moved the way it was asked to from the status it has. */
export class RunStateError extends SisyphusError {
  readonly code = 'RUN_STATE';
  readonly runId: string;
  readonly status: string;
  constructor(runId: string, status: string, message: string) {
    super(`Run ${runId} is ${status}: ${message}`, { details: { runId, status } });
    this.runId = runId;
    this.status = status;
  }
}

/** Somebody else wrote to the run since the revision that a commit was bound to; nothing of it was kept. Read what is new, then decide again. */
export class RunChangedError extends SisyphusError {
  readonly code = 'RUN_CHANGED';
  readonly retryable = true;
  readonly revision: number;
  constructor(runId: string, expected: number, revision: number) {
    super(
      `Run ${runId} is at revision ${revision}, not ${expected}: somebody wrote to it meanwhile. Read its row and mail, then decide again.`,
      { details: { runId, expected, revision } },
    );
    this.revision = revision;
  }
}

/** A pot has no room for an attempt that was about to begin, because other runs drew on it too; nothing of the commit was kept. Wait for those, or raise the budget. */
export class BudgetRefusedError extends SisyphusError {
  readonly code = 'BUDGET_REFUSED';
  readonly retryable = true;
  readonly shortage: PotShortage;
  constructor(runId: string, shortage: PotShortage) {
    const { potId, stepKey, amount, used, limit, needed } = shortage;
    super(
      `Step "${stepKey}" of run ${runId} may not begin: of ${limit} ${amount} in the budget of run ${potId} ${used} are used or kept free, and it needs ${needed}. Wait for other attempts to end, or raise the budget.`,
      { details: { runId, ...shortage } },
    );
    this.shortage = shortage;
  }
}

/** One idempotency key, two different requests. Use another key, or the same workflow and input as before. */
export class IdempotencyConflictError extends SisyphusError {
  readonly code = 'IDEMPOTENCY_CONFLICT';
  readonly idempotencyKey: string;
  readonly runId: string;
  readonly differs: readonly string[];
  constructor(idempotencyKey: string, runId: string, differs: readonly string[]) {
    super(
      `Idempotency key ${JSON.stringify(idempotencyKey)} already belongs to run ${runId}, whose ${differs.join(' and ')} ` +
        'differs. Use another key for another request.',
      { details: { idempotencyKey, runId, differs } },
    );
    this.idempotencyKey = idempotencyKey;
    this.runId = runId;
    this.differs = differs;
  }
}

/** A run with this id is there already: ids are never used twice. Make a new one, or read the run that has it. */
export class RunExistsError extends SisyphusError {
  readonly code = 'RUN_EXISTS';
  readonly runId: string;
  constructor(runId: string, options?: { readonly cause?: unknown }) {
    super(
      `There is a run ${runId} already; nothing was created. Give every new run an id of its own, or read the one that has this id.`,
      { ...options, details: { runId } },
    );
    this.runId = runId;
  }
}

/** The value can't be kept as it is. Convert it (a Date to ISO text, a Map to entries) before returning it. */
export class NotSerializableError extends SisyphusError {
  readonly code = 'NOT_SERIALIZABLE';
  readonly retryable = false;
  readonly path: string;
  constructor(what: string, path: string, found: string) {
    super(`The ${what} can't be stored: ${path} is ${found}. Return plain JSON values.`, {
      details: { what, path, found },
    });
    this.path = path;
  }
}

/** The value is larger than the limit. Keep it elsewhere and return where it is, or raise `maxPayloadBytes`. */
export class PayloadTooLargeError extends SisyphusError {
  readonly code = 'PAYLOAD_TOO_LARGE';
  readonly retryable = false;
  constructor(what: string, bytes: number, maxBytes: number) {
    super(
      `The ${what} is ${bytes} bytes of JSON; the limit is ${maxBytes}. Write it to a file and return its path, or raise maxPayloadBytes.`,
      { details: { what, bytes, maxBytes } },
    );
  }
}

/** The database stayed locked by other writers past the deadline. Worth a retry. */
export class StoreBusyError extends SisyphusError {
  readonly code = 'STORE_BUSY';
  readonly retryable = true;
}

/** The disk (or the database's own size limit) is full; nothing of the commit was kept. Free space, then resume. */
export class StoreFullError extends SisyphusError {
  readonly code = 'STORE_FULL';
}

/** Reading or writing the database failed in the system below; nothing of the commit was kept. */
export class StoreIoError extends SisyphusError {
  readonly code = 'STORE_IO';
}

/** The file is no SQLite database, is damaged, or is encrypted. Nothing was changed. */
export class NotADatabaseError extends SisyphusError {
  readonly code = 'NOT_A_DATABASE';
}

/** The database can't be opened: a missing driver, a folder that can't be made, a file that may not be written. */
export class StoreOpenError extends SisyphusError {
  readonly code = 'STORE_OPEN';
}

/** The store was closed, or was never the right one for this call. */
export class StoreClosedError extends SisyphusError {
  readonly code = 'STORE_CLOSED';
}

/** The thread that renews leases ended: until there is another, the process renews them itself, as long as no handler blocks it. */
export class LeaseRenewalError extends SisyphusError {
  readonly code = 'LEASE_RENEWAL';
  constructor(location: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `The thread that renews leases on ${location} ended: ${reason}. This process now renews them itself; a handler ` +
        'that blocks it for longer than a lease may lose its run meanwhile.',
      { cause, details: { location } },
    );
  }
}
