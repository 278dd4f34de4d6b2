import type { Batch } from './batch.js';
import { endRun } from './end-run.js';
import type { Parking } from './parking.js';
import type { Progress } from './progress.js';
import type { RunCommits } from './run-commits.js';
import type { UnderWay } from './under-way.js';
import { abortion } from './why-stopped.js';

/** What a driver has to look at when a batch is complete. */
export interface RunInHand {
  readonly runId: string;
  readonly progress: Progress;
  readonly underWay: UnderWay;
  readonly parking: Parking;
  readonly commits: Pick<RunCommits, 'isNewsRead'>;
  /** The store's clock. */
  readonly now: () => number;
  /** Its handlers were aborted because the executor stops. */
  readonly isInterrupted: () => boolean;
}

/** Whether nothing of the run may begin any more, and what is at work is asked to end. */
export function isStopping({ progress, isInterrupted }: Pick<RunInHand, 'progress' | 'isInterrupted'>): boolean {
  const kind = progress.ending?.kind;
  return isInterrupted() || kind === 'failed' || kind === 'cancelled';
}

/** Adds the run's end to a batch when nothing is left to do, or nothing may be done any more; or parks it. */
export function finishBatch(run: RunInHand, batch: Batch): void {
  const { progress, underWay } = run;
  const { isDone } = progress;
  progress.ending ??= underWay.haltAfter(batch, progress, run.now());
  const { ending } = progress;
  if (ending?.kind === 'failed' || isDone) underWay.abort(() => abortion(run.runId, ending));
  // What began in this very batch is not entered any more; its end is recorded with the run's.
  if (isStopping(run) || isDone) batch.launches.length = 0;
  if (ending !== null || isDone) underWay.dropTransactions();
  if (underWay.isIdleAfter(batch) && (isDone || ending !== null)) endRun(progress, batch);
  parkIfIdle(run, batch);
}

/** Nothing left but waits that take long: the run is given back with its next commit, and needs no process meanwhile. */
function parkIfIdle({ progress, underWay, parking, commits, now }: RunInHand, batch: Batch): void {
  const { isDone, ending } = progress;
  if (!underWay.isIdleAfter(batch) || underWay.hasTransactionsAfter(batch) || isDone || ending !== null) return;
  const mayPark = (): boolean => commits.isNewsRead && progress.mayPark();
  const suspended = parking.decide([...underWay.waits.all, ...batch.waits], now(), mayPark);
  if (suspended !== null) batch.changes.push(suspended);
}
