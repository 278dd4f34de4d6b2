import type { AttemptOutcome } from './attempt.js';
import type { Batch, Ending, Launch } from './batch.js';
import { DeadlineTimer } from './deadline-timer.js';
import type { DrivenRun, Engine } from './driver-types.js';
import { haltOf } from './halt-of.js';
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
  /** The run's deadline is over. */
  readonly expired: () => void;
  /** The run can't be written any more. */
  readonly failed: (error: Error) => void;
}

/** All that a driver has in hand of its run: attempts, waits with their timers, and transactions that have their turn one by one. */
export class UnderWay {
  readonly waits: OpenWaits;
  readonly attempts: OpenAttempts;
  readonly deadline: DeadlineTimer;
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
    this.deadline = new DeadlineTimer(run, ears.expired);
  }

  /** No handler is at work, and none is about to be after this batch. */
  isIdleAfter({ launches }: Batch): boolean {
    return this.attempts.size === 0 && launches.length === 0;
  }

  /** What the engine pauses the run for, when nothing goes on after this batch; null: nothing. */
  haltAfter(batch: Batch, progress: Progress, now: number): Ending | null {
    return this.isIdleAfter(batch) ? haltOf(progress, this.#run.journal.guard, this.waits, now) : null;
  }

  hasTransactionsAfter({ transactions }: Batch): boolean {
    return this.hasTransactions || transactions.length > 0;
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
  abort(why: () => Error): void {
    this.waits.clear();
    // Nearly always nobody is at work any more, and an error costs more than the rest of a run's end.
    if (this.attempts.size > 0) this.attempts.abort(why());
  }

  /** Lets go of everything, and waits for nobody. */
  abandon(error: Error): void {
    this.deadline.stop();
    this.waits.clear();
    this.attempts.abandon(error);
  }

  /** The run is over here: no timer of it fires any more. */
  stop(): void {
    this.deadline.stop();
    this.waits.clear();
    this.attempts.stopGrace();
  }

  #launch(launch: Launch, progress: Progress): void {
    const { unit } = launch;
    const { meter } = this.#run.journal.guard;
    meter.entered(this.#run.journal.open(unit.key));
    const attempt = makeAttempt(this.#engine, this.#run, progress, launch, {
      onEnd: (outcome) => {
        meter.left();
        this.#ears.report(unit, outcome);
      },
      // A line that can't be kept fails like any write of the run would: it ends the driving, not in silence.
      onLogError: (error) => this.#ears.failed(error),
    });
    this.attempts.start(unit.key, attempt, unit.call.timeoutMs);
  }
}
