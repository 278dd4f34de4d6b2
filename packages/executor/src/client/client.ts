import type { LeaseRequest, WorkflowStore } from '@sisyphus-state/store';
import type { Engine } from '../engine/driver-types.js';
import type { LeaseKeeper } from '../engine/lease-keeper.js';
import type { RunDriver } from '../engine/run-driver.js';
import type { Lifetime } from './lifetime.js';
import type { StoredPlans } from './stored-plans.js';
import type { TasksUnderWay } from './tasks-under-way.js';
import type { WorkflowList } from './workflow-list.js';

/** What an executor's calls work with. */
export interface Client {
  readonly store: WorkflowStore;
  readonly engine: Engine;
  readonly keeper: LeaseKeeper;
  readonly lease: LeaseRequest;
  readonly workflows: WorkflowList;
  readonly plans: StoredPlans;
  readonly lifetime: Lifetime;
  /** Claims of runs that are not driven yet: such a run looks, until then, like one that was left by a driver whose last write failed. */
  readonly claims: TasksUnderWay;
  /** Runs that their parents gave up are being ended: whoever looks for due runs before that may miss them. */
  readonly cancels: TasksUnderWay;
}

/** Takes on the runs that the steps of a followed run wait for. */
export interface Tender {
  /** These are waited for from now on. */
  take(runIds: readonly string[]): void;
  /** These were asked to cancel, and somebody has to take them for that. */
  finish(runIds: readonly string[]): void;
}

/** How a run is driven here. */
export interface DriveOptions {
  /** Without one the runs that its steps wait for are left to workers. */
  readonly tender?: Tender;
  /** It may stay here for a while when it waits for other runs. */
  readonly lingers?: boolean;
}

/** A run that is on its way: driven here, or (null) elsewhere. */
export interface StartedRun {
  readonly runId: string;
  readonly created: boolean;
  readonly driver: RunDriver | null;
}

/** A run that has not ended, and that only an outsider or a timer of more than a minute can move. */
export interface IdleResult {
  readonly runId: string;
  readonly status: 'waiting' | 'paused';
  /** What it waits for, or why it is paused. */
  readonly reason: string | null;
  /** When it goes on by itself, in ms since the epoch; null: only an outsider can move it. */
  readonly wakeAt: number | null;
}
