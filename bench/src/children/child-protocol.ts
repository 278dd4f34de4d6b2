import type { RunsRequest, Synchronous } from '../contenders/contender.js';

/** What a fresh process is to do. */
export interface ChildRequest {
  /** A file whose tables are there. */
  readonly path: string;
  readonly synchronous: Synchronous;
  readonly runs: RunsRequest;
}

/** What it has to say. */
export interface ChildReport {
  /** From the start of the process until the first handler was entered. */
  readonly firstStepMs: number;
  /** The most memory it ever had, in MiB. */
  readonly peakMiB: number;
}
