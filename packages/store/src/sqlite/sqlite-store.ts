import type { ProcessIdentity } from '@sisyphus-state/schema';
import { v7 as uuidv7 } from 'uuid';
import type { Change } from '../changes/change.js';
import { isLeaving } from '../changes/is-leaving.js';
import { isProvablyDead, readProcessIdentity } from '../process-identity.js';
import { toRunState } from '../run-state.js';
import type { WorkflowStore } from '../store.js';
import { claimRun } from './claim-runs.js';
import type { SqliteClient } from './client.js';
import type { SqliteContext } from './context.js';
import { createRun } from './create-runs.js';
import { deleteRun } from './delete-runs.js';
import { translateError } from './driver-errors.js';
import { listRuns, readRevisions } from './list-runs.js';
import { checkLease, recordChanges, renewLease } from './record.js';
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
  /** How long a write asks for the lock before `StoreBusyError`; default 30,000 ms. */
  readonly busyMs?: number;
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
  const { busyMs = 30_000, borrowedTimeoutMs } = options;
  const queue = new WriteQueue(client, { location, busyMs, borrowedTimeoutMs });
  const watch = new ChangeWatch(client);
  const context = createContext(db, client, options);
  return {
    capabilities: { dialect: 'sqlite', durable, multiProcess: durable, syncTransactions: true },
    location,
    createRuns: (runs, { tx } = {}) => {
      const create = () => runs.map((run) => createRun(context, run));
      return tx === undefined ? queue.enqueue(create) : settleNow(() => queue.runInside(create));
    },
    claimRuns: async (request) => {
      const outcomes = await queue.enqueue(() => request.runIds.map((runId) => claimRun(context, runId, request)));
      // A holder in this process that lost its run should stop now, not at its next write.
      if (outcomes.some(({ kind }) => kind === 'claimed')) watch.notify();
      return outcomes;
    },
    renewLeases: (leases, leaseMs) => queue.enqueue(() => leases.map((lease) => renewLease(context, lease, leaseMs))),
    record: (lease, changes) => {
      const recorded = queue.enqueue(() => recordChanges(context, lease, changes));
      // Who waits for the run's end in this process sees no `data_version` change: it is the same connection.
      if (changes.some(({ type }) => isLeaving(type))) recorded.then(() => watch.notify()).catch(() => undefined); // the caller hears of a failure
      return recorded;
    },
    recordWith: (lease, decide) =>
      queue.enqueue(() => {
        checkLease(context, lease);
        return recordChanges(context, lease, changesNow(decide(db)));
      }),
    transact: async (runId, decide) => {
      const value = await queue.enqueue(() => transactRun(context, runId, decide, uuidv7));
      watch.notify();
      return value;
    },
    logEvent: (runId, type, payload) => queue.enqueue(() => appendUserEvent(context, runId, type, payload)),
    ...createReads(context, location, () => queue.checkOpen()),
    deleteRuns: (runIds) => queue.enqueue(() => runIds.filter((runId) => deleteRun(context, runId)).length),
    watch: (listener) => {
      queue.checkOpen();
      return watch.add(listener);
    },
    close: async () => {
      await queue.close();
      watch.stop();
      if (options.ownsClient) client.close();
    },
  };
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
  };
}

type Reads =
  | 'readRun'
  | 'readSteps'
  | 'readEvents'
  | 'readMail'
  | 'readDefinition'
  | 'readRevisions'
  | 'getRunState'
  | 'listRuns';

function createReads(
  { client, statements }: SqliteContext,
  location: string,
  checkOpen: () => void,
): Pick<WorkflowStore, Reads> {
  const read = <T>(work: () => T): Promise<T> =>
    settleNow(() => {
      checkOpen();
      try {
        return work();
      } catch (error) {
        throw translateError(error, location);
      }
    });
  return {
    readRun: (runId) => read(() => statements.readRun.get({ runId }) ?? null),
    readSteps: (runId) => read(() => statements.readSteps.all({ runId })),
    readEvents: (runId, { after = 0, limit = -1 } = {}) =>
      read(() => statements.readEvents.all({ runId, after, limit: Number.isFinite(limit) ? Math.trunc(limit) : -1 })),
    readMail: (runId) => read(() => statements.readMail.all({ runId })),
    readDefinition: (hash) => read(() => statements.readDefinition.get({ hash }) ?? null),
    readRevisions: (runIds) => read(() => readRevisions(statements, runIds)),
    getRunState: (runId) =>
      read(() => {
        const run = statements.readRun.get({ runId });
        return run === undefined ? null : toRunState(run, statements.readSteps.all({ runId }));
      }),
    listRuns: (filter = {}) => read(() => listRuns(client, filter)),
  };
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
