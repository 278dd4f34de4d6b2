import type { Work } from '../workload.js';

/** SQLite's `synchronous`, the same for all contenders: `FULL` survives power loss, `NORMAL` only the end of the process. */
export type Synchronous = 'FULL' | 'NORMAL';

export const synchronousModes = ['FULL', 'NORMAL'] as const satisfies readonly Synchronous[];

/** How a figure's runs were kept: in SQLite with that `synchronous`, or in PostgreSQL, which is left as its server is set. */
export type Mode = Synchronous | 'PostgreSQL';

/** Whom the figures compare. */
export type ContenderName = 'engine' | 'raw' | 'draft';

export const contenderNames = ['engine', 'raw', 'draft'] as const satisfies readonly ContenderName[];

/** How a contender is opened: on a file whose tables are there. */
export interface OpenContender {
  readonly path: string;
  readonly synchronous: Synchronous;
  readonly work: Work;
}

/** How a contender is opened on PostgreSQL: on a database whose tables are there. */
export interface OpenOnPostgres {
  readonly url: string;
  readonly work: Work;
}

/** How many runs of how many steps, and how many of them under way at the same time. */
export interface RunsRequest {
  readonly runs: number;
  readonly steps: number;
  readonly atATime: number;
}

/** One `foreach` in one run. */
export interface ForeachRequest {
  readonly items: number;
  readonly atATime: number;
}

/** Somebody who runs short runs, checkpointed after every step. */
export interface Runner {
  /** Runs so many runs of sequential steps to their end. */
  runs(request: RunsRequest): Promise<void>;
  close(): Promise<void>;
}

/** Somebody who keeps runs in a SQLite file. */
export interface Contender extends Runner {
  /** Runs one `foreach` to its end; where there is no such thing, as many sequential steps of one run. */
  foreach(request: ForeachRequest): Promise<void>;
}
