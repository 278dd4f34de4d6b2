import type { AttemptOutcome } from './attempt.js';
import type { Batch, Launch, Wait } from './batch.js';
import type { DrivenRun, Engine } from './driver-types.js';
import { makeAttempt } from './make-attempt.js';
import { OpenAttempts } from './open-attempts.js';
import { OpenWaits } from './open-waits.js';
import type { Progress } from './progress.js';
import type { RunCommits } from './run-commits.js';
import { runTransaction, type TransactionOutcome, TransactionQueue } from './transaction-queue.js';
import type { Unit } from './unit.js';

/** What the run's driver is told of what is under way. */
export interface UnderWayEars {
  /** An attempt ended; null: a wait is over. */
  readonly report: (unit: Unit, outcome: AttemptOutcome | null) => void;
  readonly transacted: (unit: Unit, outcome: TransactionOutcome) => void;
  /** The run can't be written any more. */
  readonly failed: (error: Error) => void;
}

/** All that a driver has in hand of its run: attempts, waits with their timers, and transactions that have their turn one by one. */
export class UnderWay {
  readonly waits: OpenWaits;
  readonly attempts: OpenAttempts;
  readonly #engine: Engine;
  readonly #run: DrivenRun;
  readonly #ears: UnderWayEars;
  readonly #transactions = new TransactionQueue();

  constructor(engine: Engine, run: DrivenRun, ears: UnderWayEars) {
    this.#engine = engine;
    this.#run = run;
    this.#ears = ears;
    this.waits = new OpenWaits((unit) => ears.report(unit, null));
    this.attempts = new OpenAttempts(engine.abortGraceMs);
  }

  /** No handler is at work, and none is about to be after this batch. */
  isIdleAfter({ launches }: Batch): boolean {
    return this.attempts.size === 0 && launches.length === 0;
  }

  /** Nor is a transaction. */
  isQuietAfter(batch: Batch): boolean {
    return this.isIdleAfter(batch) && !this.hasTransactions && batch.transactions.length === 0;
  }

  /** What the run waits for after this batch. */
  waitsAfter(batch: Batch): readonly Wait[] {
    return [...this.waits.all, ...batch.waits];
  }

  get hasTransactions(): boolean {
    return this.#transactions.size > 0;
  }

  /** Nothing new begins: what is asked for in transactions is on no record, and the next holder asks for it again. */
  dropTransactions(): void {
    this.#transactions.clear();
  }

  /** Starts what a committed batch says; `at` is the commit's instant. */
  start(batch: Batch, at: number, progress: Progress | null): void {
    for (const key of batch.ended) this.waits.cancel(key);
    for (const wait of batch.waits) this.waits.start(wait, at);
    this.queue(batch);
    if (progress !== null) for (const launch of batch.launches) this.#launch(launch, progress);
  }

  /** Puts the batch's transactions in their queue. */
  queue({ transactions }: Batch): void {
    this.#transactions.add(transactions);
  }

  /** Carries out the next transaction; false when there is none. */
  transact(commits: RunCommits): boolean {
    const unit = this.#transactions.take();
    if (unit === null) return false;
    const { journal } = this.#run;
    runTransaction(unit, { journal, commits, maxBytes: this.#engine.maxPayloadBytes }).then(
      (outcome) => this.#ears.transacted(unit, outcome),
      (error: Error) => this.#ears.failed(error),
    );
    return true;
  }

  /** Ends all waits, and asks the handlers at work to end. */
  abort(reason: Error): void {
    this.waits.clear();
    this.attempts.abort(reason);
  }

  /** Lets go of everything, and waits for nobody. */
  abandon(error: Error): void {
    this.waits.clear();
    this.attempts.abandon(error);
  }

  /** The run is over here: no timer of it fires any more. */
  stop(): void {
    this.waits.clear();
    this.attempts.stopGrace();
  }

  #launch(launch: Launch, progress: Progress): void {
    const { unit } = launch;
    const attempt = makeAttempt(this.#engine, this.#run, progress, launch, {
      onEnd: (outcome) => this.#ears.report(unit, outcome),
      // A line that can't be kept fails like any write of the run would: it ends the driving, not in silence.
      onLogError: (error) => this.#ears.failed(error),
    });
    this.attempts.start(unit.key, attempt, unit.call.timeoutMs);
  }
}
