import type { LeaseRequest, WorkflowStore } from '@sisyphus-state/store';
import type { Engine } from '../engine/driver-types.js';
import type { LeaseKeeper } from '../engine/lease-keeper.js';
import type { Workflow } from '../workflow.js';

/** What an executor's calls work with. */
export interface Client {
  readonly store: WorkflowStore;
  readonly engine: Engine;
  readonly keeper: LeaseKeeper;
  readonly lease: LeaseRequest;
  readonly workflows: ReadonlyMap<string, Workflow>;
}

/** A run that is on its way, here or elsewhere. */
export interface StartedRun<Result> {
  readonly runId: string;
  readonly created: boolean;
  readonly result: Promise<Result>;
}
