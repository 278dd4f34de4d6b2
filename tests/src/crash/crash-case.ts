import type { Workflow } from '@sisyphus-state/executor';

/** A workflow of `effect` steps, and what it is started with. */
export interface CrashCase {
  readonly name: string;
  readonly workflow: Workflow;
  readonly input: unknown;
  /** What outsiders send its run. */
  readonly signals?: readonly { readonly name: string; readonly payload: unknown }[];
  /** The run is a fork from this step, of a run of the same workflow that has failed before. */
  readonly forkFrom?: string;
}

/** A retry after next to no time. */
export const soon = { backoff: 1, factor: 1, jitter: 'none' } as const;
