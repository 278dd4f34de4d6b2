import type { LeaseRenewals, WorkflowStore } from '@sisyphus-state/store';

/** Where a process stops: at its `call`-th write, before the store heard of it or after it was committed. */
export interface CrashPoint {
  /** Counts from 1; a number past the last write never crashes, and `Infinity` only counts. */
  readonly call: number;
  readonly moment: 'before' | 'after';
}

/** A store as seen by a process that stops in the middle. */
export interface CrashingStore<Tx> extends WorkflowStore<Tx> {
  /** Resolves once the process has stopped and nothing that it asked for before is under way any more. */
  readonly crashed: Promise<void>;
  readonly hasCrashed: boolean;
  /** How many writes were counted so far, the fatal one included. */
  readonly calls: number;
  /** The verb of each counted write, in order. */
  readonly verbs: readonly string[];
}

/**
 * Wraps a store so that its user stops at one write, as a killed process does.
 *
 * `before`: the write never reaches the store. `after`: it is committed, but its caller never hears. From then on no
 * promise of this wrapper settles, no call reaches the store, no listener is called; the store itself goes on for others.
 * Counted are `createRuns`, `forkRun`, `claimRuns`, `claimDue`, `record`, `recordWith`, `transact`, `logEvent` and `deleteRuns`. Not counted is
 * `renewLeases`: a timer calls it, so the numbers of the others would depend on the machine's speed.
 */
export function crashAt<Tx>(store: WorkflowStore<Tx>, point: CrashPoint): CrashingStore<Tx> {
  const life = new Life(point);
  return {
    ...wrapWrites(store, life),
    ...wrapReads(store, life),
    capabilities: store.capabilities,
    location: store.location,
    watch: (listener) => (life.isOver ? () => {} : store.watch(() => void (life.isOver || listener()))),
    // A killed process takes its thread with it.
    startRenewals: (options) => (life.isOver ? null : life.renewing(store.startRenewals(options))),
    close: () => life.run(() => store.close()),
    crashed: life.crashed,
    get hasCrashed() {
      return life.isOver;
    },
    get calls() {
      return life.verbs.length;
    },
    get verbs() {
      return [...life.verbs];
    },
  };
}

type Writes =
  | 'createRuns'
  | 'forkRun'
  | 'claimRuns'
  | 'claimDue'
  | 'renewLeases'
  | 'record'
  | 'recordWith'
  | 'transact'
  | 'logEvent'
  | 'deleteRuns';

function wrapWrites<Tx>(store: WorkflowStore<Tx>, life: Life): Pick<WorkflowStore<Tx>, Writes> {
  return {
    createRuns: (runs, options) => life.write('createRuns', () => store.createRuns(runs, options)),
    forkRun: (request) => life.write('forkRun', () => store.forkRun(request)),
    claimRuns: (request) => life.write('claimRuns', () => store.claimRuns(request)),
    claimDue: (request) => life.write('claimDue', () => store.claimDue(request)),
    renewLeases: (leases, leaseMs) => life.run(() => store.renewLeases(leases, leaseMs)),
    record: (lease, changes, options) => life.write('record', () => store.record(lease, changes, options)),
    recordWith: (lease, decide) => life.write('recordWith', () => store.recordWith(lease, decide)),
    transact: (runId, decide) => life.write('transact', () => store.transact(runId, decide)),
    logEvent: (runId, type, payload) => life.write('logEvent', () => store.logEvent(runId, type, payload)),
    deleteRuns: (runIds) => life.write('deleteRuns', () => store.deleteRuns(runIds)),
  };
}

type Reads = Exclude<keyof WorkflowStore, Writes | 'capabilities' | 'location' | 'watch' | 'startRenewals' | 'close'>;

function wrapReads<Tx>(store: WorkflowStore<Tx>, life: Life): Pick<WorkflowStore<Tx>, Reads> {
  return {
    findDue: (request) => life.run(() => store.findDue(request)),
    findAbandoned: (request) => life.run(() => store.findAbandoned(request)),
    now: () => life.run(() => store.now()),
    readRun: (runId) => life.run(() => store.readRun(runId)),
    readSteps: (runId) => life.run(() => store.readSteps(runId)),
    readEvents: (runId, filter) => life.run(() => store.readEvents(runId, filter)),
    readMail: (runId) => life.run(() => store.readMail(runId)),
    readDefinition: (hash) => life.run(() => store.readDefinition(hash)),
    readRevisions: (runIds) => life.run(() => store.readRevisions(runIds)),
    readPots: (runIds) => life.run(() => store.readPots(runIds)),
    getRunState: (runId) => life.run(() => store.getRunState(runId)),
    listRuns: (filter) => life.run(() => store.listRuns(filter)),
  };
}

/** The life of the process that uses the wrapped store. */
class Life {
  readonly verbs: string[] = [];
  readonly crashed: Promise<void>;
  isOver = false;
  readonly #point: CrashPoint;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #renewals = new Set<LeaseRenewals>();
  #report: () => void = () => {};

  constructor(point: CrashPoint) {
    this.#point = point;
    this.crashed = new Promise((resolve) => {
      this.#report = resolve;
    });
  }

  /** A counted write: the one the process may stop at. */
  write<T>(verb: string, call: () => Promise<T>): Promise<T> {
    if (this.isOver) return never();
    this.verbs.push(verb);
    if (this.verbs.length !== this.#point.call) return this.run(call);
    if (this.#point.moment === 'before') {
      this.#end();
      return never();
    }
    // Committed or refused: either way the process stops before it hears.
    void this.#track(call()).then(() => this.#end());
    return never();
  }

  /** Any other call: it settles only while the process lives. */
  run<T>(call: () => Promise<T>): Promise<T> {
    if (this.isOver) return never();
    const running = call();
    void this.#track(running);
    return new Promise((resolve, reject) => {
      running.then(
        (value) => this.isOver || resolve(value),
        (error) => this.isOver || reject(error),
      );
    });
  }

  /** Resolves, never rejects, when the store is done with a call. */
  #track(running: Promise<unknown>): Promise<void> {
    const settled = running.then(
      () => {},
      () => {},
    );
    this.#underWay.add(settled);
    void settled.then(() => this.#underWay.delete(settled));
    return settled;
  }

  /** A thread that renews leases ends with the process. */
  renewing(renewals: LeaseRenewals | null): LeaseRenewals | null {
    if (renewals !== null) this.#renewals.add(renewals);
    return renewals;
  }

  #end(): void {
    this.isOver = true;
    for (const renewals of this.#renewals) renewals.stop();
    void Promise.all(this.#underWay).then(() => this.#report());
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
