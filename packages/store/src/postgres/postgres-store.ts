import type { ProcessIdentity } from '@sisyphus-state/schema';
import { tablesIn } from '@sisyphus-state/schema/postgres';
import type { Change } from '../changes/change.js';
import { LeaseWatch } from '../lease-watch.js';
import { readProcessIdentity } from '../process-identity.js';
import { StoreRenewals } from '../renewal/store-renewals.js';
import { toRunState } from '../run-state.js';
import type { WorkflowStore } from '../store.js';
import type { Lease, Recorded, RecordOptions } from '../store-types.js';
import { isMetered } from '../transitions/draw-on-pot.js';
import { askedToCancel } from '../transitions/errands.js';
import { claimDue } from './claim-due.js';
import { claimRuns } from './claim-runs.js';
import type { PgConnection, PgPool } from './client.js';
import type { PostgresContext, PostgresDatabase } from './context.js';
import { createRuns, createRunsInside } from './create-runs.js';
import { isProvablyDeadHere } from './dead-holder.js';
import { deleteRuns } from './delete-runs.js';
import { findAbandoned } from './find-abandoned.js';
import { findDue } from './find-due.js';
import { forkRun } from './fork-run.js';
import { listRuns } from './list-runs.js';
import { readPots } from './pots.js';
import { type Recording, recordAlone, recordTogether, recordWith } from './record.js';
import { renewLeases } from './renew-leases.js';
import { renewalTarget } from './renewal-target.js';
import { prepareStatements } from './statements.js';
import { createGivenClock, createServerClock } from './store-clock.js';
import { appendUserEvent, transactRun } from './transact.js';
import { patiently, withConnection } from './transaction.js';
import { ChangeWatch } from './watch.js';
import { WriteQueue } from './write-queue.js';

/** What a store on an open pool is made with. */
export interface PostgresStoreOptions {
  readonly location: string;
  /** Ends the pool when the store closes; false for a pool that belongs to the caller. */
  readonly ownsPool: boolean;
  /** The schema that holds the tables. */
  readonly schema: string;
  /** Milliseconds since the epoch; default PostgreSQL's clock. A test's clock then stands for the server's everywhere. */
  readonly clock?: () => number;
  /** PostgreSQL's clock as it was just read; without it the first commit asks. */
  readonly serverTime?: number;
  /** Who holds the leases taken here; default this process. */
  readonly identity?: ProcessIdentity;
  /** Proof that a holder is gone; default by boot, pid and process start on this machine. */
  readonly isDead?: (holder: ProcessIdentity, observer: ProcessIdentity) => boolean;
  /** Milliseconds that only go forward, from any origin; default `performance.now()`. Tells leases that nobody renews. */
  readonly monotonicClock?: () => number;
  /** How long to ask for a connection, or for what another transaction holds, before an error; default 30,000 ms. */
  readonly busyMs?: number;
}

/** With two batches under way the server works on one while the other's answer travels. */
const maxFlights = 2;
const defaultPoolMax = 10;

/** Makes a store on a pool whose database has the tables. */
export function createPostgresStore(
  db: PostgresDatabase,
  pool: PgPool,
  options: PostgresStoreOptions,
): WorkflowStore<PostgresDatabase> {
  const { location, schema } = options;
  const channel = `sisyphus_${schema}`;
  const context = createContext(db, pool, channel, options);
  const poolMax = pool.options.max ?? defaultPoolMax;
  const queue = new WriteQueue<Recording, Recorded>({
    location,
    together: (recordings) => recordTogether(context, recordings),
    alone: (recording) => recordAlone(context, recording),
    maxFlights,
    // The rest is for batches, reads and the watch: what `recordWith` calls in its callback must not wait for itself.
    maxAlone: Math.max(1, poolMax - maxFlights - 2),
  });
  // A pool of one or two could not spare a connection that only listens.
  const watch = new ChangeWatch(pool, channel, { mayListen: poolMax > 2 });
  const { source } = context.statements.renewLeases;
  // Another thread can't ask a test's clock.
  const target = options.clock === undefined ? renewalTarget(pool, location, source) : null;
  const renewals = target === null ? null : new StoreRenewals(target, location);
  return {
    capabilities: {
      dialect: 'postgres',
      durable: true,
      multiProcess: true,
      leaseRenewal: renewals === null ? 'process' : 'thread',
      syncTransactions: false,
    },
    location,
    createRuns: (runs, { tx } = {}) =>
      queue.outside(() => (tx === undefined ? createRuns(context, runs) : createRunsInside(context, runs, tx))),
    forkRun: (request) => queue.exclusively([request.sourceRunId], () => forkRun(context, request)),
    claimRuns: (request) => queue.exclusively(request.runIds, () => claimRuns(context, request)),
    claimDue: (request) => queue.outside(() => claimDue(context, request)),
    startRenewals: (options) => renewals?.start(options) ?? null,
    renewLeases: (leases, leaseMs) => queue.outside(() => renewLeases(context, leases, leaseMs)),
    record: (lease, changes, options = {}) =>
      mayShare(changes, options) && !drawsOnPots(lease, changes)
        ? queue.enqueue(lease.runId, { lease, changes })
        : queue.exclusively([lease.runId], () => recordAlone(context, { lease, changes }, options)),
    recordWith: (lease, decide) => queue.exclusively([lease.runId], () => recordWith(context, lease, decide)),
    transact: (runId, decide) => queue.exclusively([runId], () => transactRun(context, runId, decide)),
    logEvent: (runId, type, payload) =>
      queue.exclusively([runId], () => appendUserEvent(context, runId, type, payload)),
    ...createReads(context, (work) => queue.outside(work)),
    deleteRuns: (runIds) => queue.exclusively(runIds, () => deleteRuns(context, runIds)),
    watch: (listener) => {
      queue.checkOpen();
      return watch.add(listener);
    },
    close: createClose(queue, watch, renewals, options.ownsPool ? pool : null),
  };
}

/** What is bound to a revision, or concerns other runs, needs a transaction of its own. */
function mayShare(changes: readonly Change[], { atRevision, children = [] }: RecordOptions): boolean {
  return atRevision === undefined && children.length === 0 && askedToCancel(changes).length === 0;
}

function createContext(
  db: PostgresDatabase,
  pool: PgPool,
  channel: string,
  options: PostgresStoreOptions,
): PostgresContext {
  const tables = tablesIn(options.schema);
  const clock = options.clock === undefined ? createServerClock() : createGivenClock(options.clock);
  if (options.serverTime !== undefined) clock.settle(options.serverTime);
  return {
    db,
    pool,
    tables,
    statements: prepareStatements(tables, channel),
    clock,
    identity: options.identity ?? readProcessIdentity(),
    isDead: options.isDead ?? isProvablyDeadHere,
    leaseWatch: new LeaseWatch(options.monotonicClock),
    location: options.location,
    busyMs: options.busyMs ?? 30_000,
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

function createReads(
  context: PostgresContext,
  outside: <T>(work: () => Promise<T>) => Promise<T>,
): Pick<WorkflowStore, Reads> {
  const { statements, tables } = context;
  const read = <T>(work: (connection: PgConnection) => Promise<T>): Promise<T> =>
    outside(() => patiently(context, () => withConnection(context, work)));
  const readRun = async (connection: PgConnection, runId: string) =>
    (await statements.readRuns.all(connection, { runIds: [runId] }))[0] ?? null;
  return {
    findDue: (request) => read((connection) => findDue(context, connection, request)),
    findAbandoned: (request) => read((connection) => findAbandoned(context, connection, request)),
    now: () => read((connection) => readNow(context, connection)),
    readRun: (runId) => read((connection) => readRun(connection, runId)),
    readSteps: (runId) => read((connection) => statements.readSteps.all(connection, { runIds: [runId] })),
    readEvents: (runId, { after = 0, limit = Number.POSITIVE_INFINITY } = {}) =>
      read((connection) =>
        statements.readEvents.all(connection, {
          runId,
          after,
          limit: Number.isFinite(limit) ? wholeLimit(limit) : null,
        }),
      ),
    readMail: (runId) => read((connection) => statements.readMail.all(connection, { runIds: [runId] })),
    readDefinition: (hash) =>
      read(async (connection) => (await statements.readDefinition.all(connection, { hash }))[0] ?? null),
    readRevisions: (runIds) =>
      read(async (connection) => {
        const rows = await statements.readRevisions.all(connection, { runIds });
        return new Map(rows.map(({ id, revision }) => [id, revision]));
      }),
    readPots: (runIds) => read((connection) => readPots(context, connection, runIds)),
    getRunState: (runId) =>
      read(async (connection) => {
        const run = await readRun(connection, runId);
        return run === null ? null : toRunState(run, await statements.readSteps.all(connection, { runIds: [runId] }));
      }),
    listRuns: (filter = {}) => read((connection) => listRuns(tables, connection, filter)),
  };
}

/** Those go one by one: whether there is room in a pot is only known under its lock. */
function drawsOnPots({ pots = [] }: Lease, changes: readonly Change[]): boolean {
  return pots.length > 0 && isMetered(changes);
}

/** Asked of the server: what is known of its clock may be old. A test's clock needs no asking. */
async function readNow({ statements, clock }: PostgresContext, connection: PgConnection): Promise<number> {
  if (clock.toleranceMs === null) return clock.now();
  const [row] = await statements.readNow.all(connection, {});
  return row === undefined ? clock.now() : clock.settle(row.now);
}

/** A negative limit is none, as it is in SQLite. */
function wholeLimit(limit: number): number | null {
  return limit < 0 ? null : Math.trunc(limit);
}

/** Closing again waits for the same end. */
function createClose<E, V>(
  queue: WriteQueue<E, V>,
  watch: ChangeWatch,
  renewals: StoreRenewals | null,
  ownPool: PgPool | null,
): () => Promise<void> {
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    watch.stop();
    await Promise.all([queue.close(), renewals?.close()]);
    await ownPool?.end();
  };
  return () => {
    closing ??= close();
    return closing;
  };
}
