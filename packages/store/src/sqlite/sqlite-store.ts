import type { ProcessIdentity } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { isLeaving } from '../changes/is-leaving.js';
import { LeaseWatch } from '../lease-watch.js';
import { isProvablyDead, readProcessIdentity } from '../process-identity.js';
import { StoreRenewals } from '../renewal/store-renewals.js';
import { toRunState } from '../run-state.js';
import type { WorkflowStore } from '../store.js';
import type { RecordOptions } from '../store-types.js';
import { afterTransaction } from './after-transaction.js';
import { Checkpoints } from './checkpoints.js';
import { claimDue } from './claim-due.js';
import { claimRun } from './claim-runs.js';
import type { SqliteClient } from './client.js';
import type { SqliteContext } from './context.js';
import { createRun } from './create-runs.js';
import { deleteRun } from './delete-runs.js';
import { translateError } from './driver-errors.js';
import { findAbandoned } from './find-abandoned.js';
import { findDue } from './find-due.js';
import { forkRun } from './fork-run.js';
import { listRuns, readRevisions } from './list-runs.js';
import { readPots } from './pots.js';
import { checkLease, recordChanges } from './record.js';
import { renewLeases } from './renew-leases.js';
import { renewalTarget } from './renewal-target.js';
import { prepareStatements, type SyncDatabase } from './statements.js';
import { appendUserEvent, transactRun } from './transact.js';
import { ChangeWatch } from './watch.js';
import { WriteQueue } from './write-queue.js';

/** What a store on an open connection is made with. */
export interface SqliteStoreOptions {
  readonly location: string;
  /** Closes the connection when the store closes; false for a connection that belongs to the caller. */
  readonly ownsClient: boolean;
  readonly durable: boolean;
  /** Milliseconds since the epoch; default the system's clock. */
  readonly clock?: () => number;
  /** Who holds the leases taken here; default this process. */
  readonly identity?: ProcessIdentity;
  /** Proof that a holder is gone; default by pid and process start. */
  readonly isDead?: (holder: ProcessIdentity, observer: ProcessIdentity) => boolean;
  /** Milliseconds that only go forward, from any origin; default `performance.now()`. Tells leases that nobody renews. */
  readonly monotonicClock?: () => number;
  /** How long a write asks for the lock before `StoreBusyError`; default 30,000 ms. */
  readonly busyMs?: number;
  /** After how many pages the write-ahead log is moved into the file; default: by the connection's own settings. */
  readonly checkpointPages?: number;
  /** For a connection that is the caller's: how long one ask for the lock may block; its own `busy_timeout` is put back. */
  readonly borrowedTimeoutMs?: number;
}

/** Makes a store on an open connection whose tables are there. */
export function createSqliteStore(
  db: SyncDatabase,
  client: SqliteClient,
  options: SqliteStoreOptions,
): WorkflowStore<SyncDatabase> {
  const { location, durable } = options;
  const queue = createQueue(client, options);
  const watch = new ChangeWatch(client);
  const context = createContext(db, client, options);
  // Another thread can't ask a test's clock.
  const target = options.clock === undefined ? renewalTarget(client, context.statements) : null;
  const renewals = target === null ? null : new StoreRenewals(target, location);
  return {
    capabilities: {
      dialect: 'sqlite',
      durable,
      multiProcess: durable,
      leaseRenewal: renewals === null ? 'process' : 'thread',
      syncTransactions: true,
    },
    location,
    createRuns: (runs, { tx } = {}) => {
      const create = () => runs.map((run) => createRun(context, run));
      // A run that nobody holds is work for others. They may be in this process, which sees no `data_version` change of its own.
      const isForOthers = runs.some(({ lease, children = [] }) => !lease || children.length > 0);
      if (tx === undefined) return tellAfter(watch, queue.enqueue(create), () => isForOthers);
      // Not inside a promise: what it throws must undo the caller's transaction, which is synchronous.
      const created = queue.runInside(create);
      if (isForOthers) afterTransaction(client, () => watch.notify());
      return Promise.resolve(created);
    },
    forkRun: (request) =>
      tellAfter(
        watch,
        queue.enqueue(() => forkRun(context, request)),
        (forked) => forked?.created === true,
      ),
    claimRuns: (request) => {
      const outcomes = queue.enqueue(() => request.runIds.map((runId) => claimRun(context, runId, request)));
      // A holder in this process that lost its run should stop now, not at its next write.
      return tellAfter(watch, outcomes, (all) => all.some(({ kind }) => kind === 'claimed'));
    },
    // Nobody loses a run by it, so nobody is told.
    claimDue: (request) => queue.enqueue(() => claimDue(context, request)),
    startRenewals: (options) => renewals?.start(options) ?? null,
    renewLeases: (leases, leaseMs) => queue.enqueue(() => renewLeases(context, leases, leaseMs)),
    record: (lease, changes, options) => {
      const recorded = queue.enqueue(() => recordChanges(context, lease, changes, options));
      return leaves(changes) || hasChildren(options) ? tellAfter(watch, recorded) : recorded;
    },
    recordWith: (lease, decide) => {
      let isLeft = false;
      const recorded = queue.enqueue(() => {
        checkLease(context, lease);
        const changes = changesNow(decide(db));
        isLeft = leaves(changes);
        return recordChanges(context, lease, changes);
      });
      return tellAfter(watch, recorded, () => isLeft);
    },
    transact: (runId, decide) =>
      tellAfter(
        watch,
        queue.enqueue(() => transactRun(context, runId, decide)),
      ),
    logEvent: (runId, type, payload) => queue.enqueue(() => appendUserEvent(context, runId, type, payload)),
    ...createReads(context, location, () => queue.checkOpen()),
    deleteRuns: (runIds) => queue.enqueue(() => runIds.filter((runId) => deleteRun(context, runId)).length),
    watch: (listener) => {
      queue.checkOpen();
      return watch.add(listener);
    },
    close: async () => {
      await Promise.all([queue.close(), renewals?.close()]);
      watch.stop();
      if (options.ownsClient) client.close();
    },
  };
}

function createQueue(client: SqliteClient, options: SqliteStoreOptions): WriteQueue {
  const { location, busyMs = 30_000, borrowedTimeoutMs, checkpointPages } = options;
  const checkpoints = checkpointPages === undefined ? null : new Checkpoints(client, checkpointPages);
  const onCommit = checkpoints === null ? undefined : () => checkpoints.afterCommit();
  return new WriteQueue(client, { location, busyMs, borrowedTimeoutMs, onCommit });
}

function createContext(db: SyncDatabase, client: SqliteClient, options: SqliteStoreOptions): SqliteContext {
  const { clock = Date.now } = options;
  return {
    db,
    client,
    statements: prepareStatements(db, client),
    // Whole milliseconds, whatever the clock's resolution.
    clock: () => Math.trunc(clock()),
    identity: options.identity ?? readProcessIdentity(),
    isDead: options.isDead ?? isProvablyDead,
    leaseWatch: new LeaseWatch(options.monotonicClock),
  };
}

type Reads =
  | 'findDue'
  | 'findAbandoned'
  | 'now'
  | 'readRun'
  | 'readSteps'
  | 'readEvents'
  | 'readMail'
  | 'readDefinition'
  | 'readRevisions'
  | 'readPots'
  | 'getRunState'
  | 'listRuns';

function createReads(context: SqliteContext, location: string, checkOpen: () => void): Pick<WorkflowStore, Reads> {
  const read = <T>(work: () => T): Promise<T> =>
    settleNow(() => {
      checkOpen();
      try {
        return work();
      } catch (error) {
        throw translateError(error, location);
      }
    });
  const { client, statements } = context;
  return {
    findDue: (request) => read(() => findDue(context, request)),
    findAbandoned: (request) => read(() => findAbandoned(context, request)),
    now: () => read(() => context.clock()),
    readRun: (runId) => read(() => statements.readRun.get({ runId }) ?? null),
    readSteps: (runId) => read(() => statements.readSteps.all({ runId })),
    readEvents: (runId, { after = 0, limit = -1 } = {}) =>
      read(() => statements.readEvents.all({ runId, after, limit: Number.isFinite(limit) ? Math.trunc(limit) : -1 })),
    readMail: (runId) => read(() => statements.readMail.all({ runId })),
    readDefinition: (hash) => read(() => statements.readDefinition.get({ hash }) ?? null),
    readRevisions: (runIds) => read(() => readRevisions(statements, runIds)),
    readPots: (runIds) => read(() => readPots(context, runIds)),
    getRunState: (runId) =>
      read(() => {
        const run = statements.readRun.get({ runId });
        return run === undefined ? null : toRunState(run, statements.readSteps.all({ runId }));
      }),
    listRuns: (filter = {}) => read(() => listRuns(client, filter)),
  };
}

/** Tells the watchers in this process of a commit, if it is of use to them; the caller alone hears of a failure. */
function tellAfter<T>(watch: ChangeWatch, commit: Promise<T>, isOfUse: (value: T) => boolean = () => true): Promise<T> {
  commit.then((value) => isOfUse(value) && watch.notify()).catch(() => undefined);
  return commit;
}

/** Whether somebody may be waiting for these changes: for the run's end, for its place in a queue, or for the run. */
function leaves(changes: readonly Change[]): boolean {
  return changes.some(({ type }) => isLeaving(type) || type === 'child_cancel_requested');
}

/** New runs are work for others. */
function hasChildren({ children = [] }: RecordOptions = {}): boolean {
  return children.length > 0;
}

/** Runs synchronous work as a promise: what it throws becomes a rejection. */
function settleNow<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

/** A transaction of a synchronous driver can't stay open over an `await`: nothing of it is kept. */
function changesNow(changes: readonly Change[] | Promise<readonly Change[]>): readonly Change[] {
  if (!(changes instanceof Promise)) return changes;
  changes.catch(() => undefined);
  throw new TypeError(
    'recordWith needs a synchronous callback on SQLite: return the changes, not a promise. Nothing was kept.',
  );
}
