import type { MailboxRow } from '@sisyphus-state/schema';
import type { Change, Lease, NewRun } from '@sisyphus-state/store';
import { AttemptAbortedError } from '../errors.js';
import type { AttemptOutcome } from './attempt.js';
import { type Batch, emptyBatch, type Launch } from './batch.js';
import { deferred } from './deferred.js';
import { driveEnd } from './drive-end.js';
import type { DrivenRun, DriveResult, Engine } from './driver-types.js';
import { endRun } from './end-run.js';
import { makeAttempt } from './make-attempt.js';
import { OpenAttempts } from './open-attempts.js';
import { OpenWaits } from './open-waits.js';
import { RunCommits } from './run-commits.js';
import { RunProgress } from './run-progress.js';
import { StoreTime } from './store-time.js';
import { suspension } from './suspend-run.js';
import { tellOfChildren } from './tell-of-children.js';
import type { Unit } from './unit.js';

/** What happened since the last commit. */
type Happening = { readonly unit: Unit; readonly outcome: AttemptOutcome | null };

/**
 * Drives one held run to its end, or until it is parked: attempts, waits and commits, one commit at a time.
 *
 * Outcomes of one turn of the event loop share a commit; a handler is entered only after the commit that says so.
 */
export class RunDriver {
  readonly runId: string;
  /** Settles once, after the commit that ended the run, or gave it back to wait without a process. */
  readonly result: Promise<DriveResult>;
  readonly #engine: Engine;
  readonly #run: DrivenRun;
  readonly #progress: RunProgress;
  readonly #attempts: OpenAttempts;
  readonly #waits: OpenWaits;
  readonly #ended = deferred<DriveResult>();
  readonly #time: StoreTime;
  readonly #commits: RunCommits;
  #happened: Happening[] = [];
  #batch: Batch = emptyBatch();
  #busy = true;
  #over = false;
  /** It would be parked by now, had there not been news. */
  #isParkingDue = false;
  #isInterrupted = false;

  constructor(engine: Engine, run: DrivenRun, now: number) {
    this.runId = run.runId;
    this.#engine = engine;
    this.#run = run;
    this.#progress = new RunProgress(run, engine.registry, engine.random, now);
    this.#time = new StoreTime(now);
    this.#waits = new OpenWaits((unit) => this.#report(unit, null));
    this.#attempts = new OpenAttempts(engine.abortGraceMs);
    this.#commits = new RunCommits(engine.store, {
      committed: (batch, at) => this.#afterCommit(batch, at),
      refused: (error) => this.abandon(error),
      unparked: (batch) => this.#afterUnparking(batch),
      revive: async (revival) => run.children?.revive(revival),
    });
    this.result = this.#ended.promise;
  }

  get lease(): Lease | null {
    return this.#commits.lease;
  }

  /** The revision of the newest commit made here: a higher one in the store is somebody else's. */
  get revision(): number {
    return this.#commits.revision;
  }

  /** What happened is on its way to the store, or about to be: its answer also says whether the lease still holds. */
  get isCommitting(): boolean {
    return this.#busy;
  }

  /** Calls `listener` with the instant of `performance.now()` until which the lease may be renewed from outside the event loop; null: no end. */
  whenLimitChanges(listener: (instant: number | null) => void): void {
    this.#attempts.whenLimitChanges(listener);
  }

  /** Calls `listener` when a commit made here shows that somebody else wrote to the run since the one before. */
  whenOutsideCommit(listener: () => void): void {
    this.#commits.onOutsideCommit = () => {
      if (!this.#over) listener();
    };
  }

  /** Tells that the run's row and mailbox were read as they stood at a revision: acts on what outsiders ask for. */
  sawNews(revision: number, mail: readonly MailboxRow[] = []): void {
    this.#commits.sawNews(revision, mail);
    if (this.#over) return;
    this.#readRequests(mail);
    this.#schedule();
  }

  /** The changes that start the run's first steps; they belong into the commit that creates the run. */
  begin(): readonly Change[] {
    this.#progress.advance(this.#batch);
    this.#finishIfDone(this.#batch);
    this.#parkIfIdle(this.#batch);
    return this.#batch.changes;
  }

  /** The runs that `begin` brings about; they belong into the same commit. */
  get children(): readonly NewRun[] {
    return this.#batch.children;
  }

  /** Goes on after the commit that holds what `begin` returned. */
  attach(lease: Lease | null, at: number): void {
    this.#commits.hold(lease);
    this.#afterCommit(this.#batch, at);
  }

  /** Starts a claimed run: commits what `begin` returns, if anything, and goes on. */
  resume(lease: Lease, at: number): void {
    this.#commits.hold(lease);
    this.#readRequests(this.#run.mail ?? []);
    this.begin();
    if (!this.#commits.commit(this.#batch)) this.#afterCommit(this.#batch, at);
  }

  /** Ends the run as cancelled: handlers are aborted, then abandoned after a grace. */
  cancel(reason: string | null): void {
    // One that is about to end is undone already.
    if (this.#over || this.#progress.ending !== null || this.#progress.verdict !== null) return;
    this.#progress.ending = { kind: 'cancelled', reason };
    this.#abortAttempts(new AttemptAbortedError(`Run ${this.runId} was cancelled.`));
    this.#schedule();
  }

  /** Lets the attempts in hand end and be recorded; then the run stands still until somebody resumes it. */
  pause(reason: string | null, mailId: string | null = null): void {
    if (this.#over || this.#progress.ending !== null) return;
    this.#progress.ending = { kind: 'paused', reason, mailId };
    this.#waits.clear();
    this.#schedule();
  }

  /** Gives the run back once the attempts in hand are recorded; nothing new starts. */
  release(): void {
    if (this.#over || this.#progress.ending !== null) return;
    this.#progress.ending = { kind: 'released' };
    this.#waits.clear();
    this.#schedule();
  }

  /** Gives the run back as soon as its handlers let go: they are aborted, and what they throw is no attempt's failure. */
  interrupt(): void {
    if (this.#over || this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#progress.ending ??= { kind: 'released' };
    this.#abortAttempts(new AttemptAbortedError(`The executor of run ${this.runId} stopped.`));
    this.#schedule();
  }

  /** Stops at once without a write: the lease is lost, or the store can't be written. */
  abandon(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#waits.clear();
    this.#attempts.abandon(error);
    this.#ended.reject(error);
  }

  #readRequests(mail: readonly MailboxRow[]): void {
    const cancel = mail.find(({ kind }) => kind === 'cancel');
    if (cancel !== undefined) this.cancel(cancel.name);
    const pause = mail.find(({ kind }) => kind === 'pause');
    if (pause !== undefined) this.pause(pause.name, pause.id);
  }

  #report(unit: Unit, outcome: AttemptOutcome | null): void {
    if (this.#over) return;
    if (outcome !== null) this.#attempts.end(unit.key);
    this.#happened.push({ unit, outcome });
    this.#schedule();
  }

  /** After the microtasks of this turn: outcomes that come together are committed together. */
  #schedule(): void {
    if (this.#busy) return;
    this.#busy = true;
    process.nextTick(() => this.#pump());
  }

  #pump(): void {
    if (this.#over) return;
    const batch = emptyBatch();
    const news = this.#commits.takeNews();
    if (news.length > 0) this.#progress.deliver(news, batch);
    for (const { unit, outcome } of this.#happened.splice(0)) {
      if (outcome === null) this.#progress.wake(unit, batch);
      // What an interrupted handler throws says nothing of its step: the next holder finds it cut off.
      else if (!this.#isInterrupted || outcome.kind === 'completed') this.#progress.settle(unit, outcome, batch);
    }
    this.#finishIfDone(batch);
    this.#parkIfIdle(batch);
    if (!this.#commits.commit(batch)) this.#busy = false;
  }

  /** Adds the run's end to the batch when nothing is left to do, or nothing may be done any more. */
  #finishIfDone(batch: Batch): void {
    const { ending } = this.#progress;
    if (ending?.kind === 'failed')
      this.#abortAttempts(new AttemptAbortedError(`Step "${ending.failure.stepKey}" of run ${this.runId} failed.`));
    // What began in this very batch is not entered any more; its end is recorded with the run's.
    if (this.#isStopping) batch.launches.length = 0;
    const idle = this.#attempts.size === 0 && batch.launches.length === 0;
    const mayEnd = this.#progress.isDone || (ending !== null && idle);
    if (mayEnd) endRun(this.#run, this.#progress, batch);
  }

  get #isStopping(): boolean {
    const kind = this.#progress.ending?.kind;
    return this.#isInterrupted || kind === 'failed' || kind === 'cancelled';
  }

  /** Nothing left but waits that take long: the run is given back with its next commit, and needs no process meanwhile. */
  #parkIfIdle(batch: Batch): void {
    const isBusy = this.#attempts.size > 0 || batch.launches.length > 0 || this.#progress.isDone;
    if (isBusy || this.#progress.ending !== null) return;
    const { parkAfterMs } = this.#engine;
    const suspended = suspension([...this.#waits.all, ...batch.waits], this.#time.now(), parkAfterMs);
    const { isNewsRead } = this.#commits;
    this.#isParkingDue = suspended !== null && !isNewsRead;
    if (suspended !== null && isNewsRead) batch.changes.push(suspended);
  }

  #abortAttempts(reason: Error): void {
    this.#waits.clear();
    this.#attempts.abort(reason);
  }

  /** Somebody put in a word just before the run was to be parked: it stays here until that is read. */
  #afterUnparking(batch: Batch): void {
    if (this.#over) return;
    this.#isParkingDue = true;
    if (!this.#commits.commit(batch)) this.#afterCommit(batch, this.#time.now());
  }

  #afterCommit(batch: Batch, at: number): void {
    if (this.#over) return;
    this.#time.settle(at);
    this.#engine.observe?.({ kind: 'committed', runId: this.runId, changes: batch.changes, at });
    tellOfChildren(this.#run.children, batch);
    const last = batch.changes.at(-1);
    if (last !== undefined && this.#endedBy(last)) return;
    this.#busy = false;
    for (const key of batch.ended) this.#waits.cancel(key);
    for (const wait of batch.waits) this.#waits.start(wait, at);
    if (!this.#isStopping) for (const launch of batch.launches) this.#launch(launch);
    const mayPark = this.#isParkingDue && this.#commits.isNewsRead;
    if (this.#happened.length > 0 || this.#commits.hasNews || this.#progress.ending !== null || mayPark)
      this.#schedule();
  }

  #endedBy(change: Change): boolean {
    const end = driveEnd(this.runId, change);
    if (end === null) return false;
    this.#over = true;
    this.#waits.clear();
    this.#attempts.stopGrace();
    if ('result' in end) this.#ended.resolve(end.result);
    else this.#ended.reject(end.error);
    return true;
  }

  #launch(launch: Launch): void {
    const { unit } = launch;
    const attempt = makeAttempt(this.#engine, this.#run, this.#progress, launch, {
      onEnd: (outcome) => this.#report(unit, outcome),
      // A line that can't be kept fails like any write of the run would: it ends the driving, not in silence.
      onLogError: (error) => this.abandon(error),
    });
    this.#attempts.start(unit.key, attempt, unit.call.timeoutMs);
  }
}
