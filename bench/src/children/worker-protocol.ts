import type { Synchronous } from '../contenders/contender.js';

/** How a worker process is set up. */
export interface WorkerSetup {
  /** A file, or the URL of a PostgreSQL database; its tables are there. */
  readonly location: string;
  /** Null on PostgreSQL. */
  readonly synchronous: Synchronous | null;
  /** What it tells its parent while it works: of runs that ended, or of handlers that were entered. */
  readonly tells: 'ended' | 'entered';
}

/** What a worker process is told; it answers `work` by `working`, `stop` by `stopped`, `measure` by `measured`. */
export type WorkerOrder =
  | { readonly verb: 'work'; readonly concurrency: number }
  | { readonly verb: 'stop' }
  | { readonly verb: 'measure'; readonly ms: number };

/** What it has to say. */
export type WorkerReport =
  | { readonly event: 'ready' | 'working' | 'stopped' }
  /** So many more runs have completed. */
  | { readonly event: 'ended'; readonly runs: number }
  | { readonly event: 'entered'; readonly runId: string; readonly at: number }
  /** The processor time it used, as a share of one core. */
  | { readonly event: 'measured'; readonly share: number };
