import type { ProcessIdentity } from '@sisyphus-state/schema';
import type { StoreCapabilities, WorkflowStore } from '@sisyphus-state/store';
import type { ManualClock } from '../clock/manual-clock.js';
import type { FakeProcesses } from '../faults/fake-processes.js';

/** What the kit asks a handle to be opened with; a backend passes it on to its store. What is missing is real. */
export interface ConformanceOpenOptions {
  readonly clock?: () => number;
  /** Milliseconds that only go forward, whatever is done to `clock`. */
  readonly monotonicClock?: () => number;
  readonly identity?: ProcessIdentity;
  readonly isDead?: (holder: ProcessIdentity, observer: ProcessIdentity) => boolean;
}

/** A table of the user's own in the same database: one text column, no row at first. */
export interface UserNotes<Tx> {
  /** Inserts a row inside the transaction that `recordWith` hands over, with the database's own means; awaited where those are. */
  insert(tx: Tx, note: string): void | Promise<void>;
  /** The committed rows, in order of insertion. */
  read(): Promise<readonly string[]>;
}

/** One fresh, empty, migrated database. */
export interface ConformanceDatabase<Tx = unknown> {
  /** Opens a handle. The kit opens a second one on the same data only where `capabilities.multiProcess` says it may. */
  open(options: ConformanceOpenOptions): Promise<WorkflowStore<Tx>>;
  readonly notes: UserNotes<Tx>;
  /** Removes the database; the kit has closed its handles by then. */
  destroy(): Promise<void>;
}

/** What a backend brings to the kit. */
export interface ConformanceBackend<Tx = unknown> {
  /** What its stores are to declare; cases that need more are skipped. */
  readonly capabilities: StoreCapabilities;
  /** Makes a database for one case. */
  createDatabase(): Promise<ConformanceDatabase<Tx>>;
}

/** What a case works with. */
export interface ConformanceEnv<Tx = unknown> {
  readonly store: WorkflowStore<Tx>;
  /** The clock of every handle of this database. */
  readonly clock: ManualClock;
  /** The clock of every handle that is never set back: a case moves it forward only. */
  readonly monotonic: ManualClock;
  /** Processes that hold leases; the first handle belongs to the one called `main`. */
  readonly processes: FakeProcesses;
  readonly notes: UserNotes<Tx>;
  readonly capabilities: StoreCapabilities;
  /** Another handle on the same data, for a process with this name. Only in cases that need `multiProcess`. */
  openSecond(processName: string): Promise<WorkflowStore<Tx>>;
  /** Another handle, as an application opens one: with the real clocks and processes. Only in cases that need `multiProcess`. */
  openReal(): Promise<WorkflowStore<Tx>>;
  /** A new run id, greater than all before it. */
  newId(): string;
}

/** One promise of the port, and how to find out whether a store keeps it. */
export interface ConformanceCase {
  /** The verb or the matter it is about. */
  readonly about: string;
  /** A sentence about behaviour. */
  readonly name: string;
  /** Says whether a store with these capabilities has to keep it; default yes. */
  readonly needs?: (capabilities: StoreCapabilities) => boolean;
  /** Rejects with an `AssertionError` where the store does otherwise. */
  run(env: ConformanceEnv): Promise<void>;
}
