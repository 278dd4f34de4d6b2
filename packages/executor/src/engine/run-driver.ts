import type { MailboxRow } from '@sisyphus-state/schema';
import type { Change, Lease, NewRun, PotShortage } from '@sisyphus-state/store';
import { AttemptAbortedError } from '../errors.js';
import type { AttemptOutcome } from './attempt.js';
import { type Batch, type Ending, emptyBatch } from './batch.js';
import { deferred } from './deferred.js';
import { driveEnd } from './drive-end.js';
import type { DrivenRun, DriveResult, Engine } from './driver-types.js';
import { finishBatch, isStopping, type RunInHand } from './finish-batch.js';
import { Parking } from './parking.js';
import type { Progress } from './progress.js';
import { RunCommits } from './run-commits.js';
import { StoreTime } from './store-time.js';
import { takeBackStarts } from './take-back-starts.js';
import { tellOfChildren } from './tell-of-children.js';
import type { TransactionOutcome } from './transaction-queue.js';
import { UnderWay } from './under-way.js';
import type { Unit } from './unit.js';
import { abortion } from './why-stopped.js';

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
  readonly #progress: Progress;
  readonly #underWay: UnderWay;
  readonly #ended = deferred<DriveResult>();
  readonly #time: StoreTime;
  readonly #commits: RunCommits;
  readonly #parking: Parking;
  readonly #inHand: RunInHand;
  #happened: Happening[] = [];
  #batch: Batch = emptyBatch();
  #busy = true;
  #over = false;
  #isInterrupted = false;

  constructor(engine: Engine, run: DrivenRun, now: number) {
    this.runId = run.runId;
    this.#engine = engine;
    this.#run = run;
    const { registry, random, maxPayloadBytes } = engine;
    const changed = (): void => this.#schedule();
    this.#time = new StoreTime(now);
    this.#parking = new Parking({ parkAfterMs: engine.parkAfterMs, lingers: run.lingers ?? false, changed });
    const clock = (): number => (this.lease === null ? Date.now() : this.#time.now());
    this.#progress = run.makeProgress(run, { registry, random, now, clock, maxPayloadBytes, changed });
    this.#underWay = new UnderWay(engine, run, {
      report: (unit, outcome) => this.#report(unit, outcome),
      transacted: (unit, outcome) => this.#takeTransaction(unit, outcome),
      expired: () => this.#expire(),
      failed: (error) => this.abandon(error),
    });
    this.#commits = new RunCommits(engine.store, {
      committed: (batch, at) => this.#afterCommit(batch, at),
      refused: (error) => this.abandon(error),
      unparked: (batch) => this.#commitRest(batch),
      overdrawn: (batch, shortage) => this.#commitRest(batch, shortage),
      revive: async (revival) => run.children?.revive(revival),
    });
    this.#inHand = {
      ...{ runId: run.runId, progress: this.#progress, underWay: this.#underWay, parking: this.#parking },
      ...{ commits: this.#commits, now: () => this.#time.now(), isInterrupted: () => this.#isInterrupted },
    };
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
    this.#underWay.attempts.whenLimitChanges(listener);
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
    finishBatch(this.#inHand, this.#batch);
    return this.#batch.changes;
  }

  /** The runs that `begin` brings about; they belong into the same commit. */
  get children(): readonly NewRun[] {
    return this.#batch.children;
  }

  /** Goes on after the commit that holds what `begin` returned. */
  attach(lease: Lease | null, at: number): void {
    this.#commits.hold(lease);
    this.#underWay.deadline.start(at);
    this.#afterCommit(this.#batch, at);
  }

  /** Starts a claimed run: commits what `begin` returns, if anything, and goes on. */
  resume(lease: Lease, at: number): void {
    this.#commits.hold(lease);
    this.#underWay.deadline.start(at);
    this.#readRequests(this.#run.mail ?? []);
    this.#progress.advance(this.#batch);
    this.#progress.follow(this.#batch, () => {
      if (!this.#close(this.#batch)) this.#afterCommit(this.#batch, at);
    });
  }

  /** Ends the run as cancelled: handlers are aborted, then abandoned after a grace. */
  cancel(reason: string | null): void {
    // One that is about to end is undone already.
    if (this.#over || this.#progress.ending !== null || this.#progress.verdict !== null) return;
    this.#end({ kind: 'cancelled', reason });
  }

  /** Lets the attempts in hand end and be recorded; then the run stands still until somebody resumes it. */
  pause(reason: string | null, mailId: string | null = null): void {
    if (!this.#over && this.#progress.ending === null) this.#end({ kind: 'paused', reason, mailId });
  }

  /** Gives the run back once the attempts in hand are recorded; nothing new starts. */
  release(): void {
    if (!this.#over && this.#progress.ending === null) this.#end({ kind: 'released' });
  }

  /** Gives the run back as soon as its handlers let go: they are aborted, and what they throw is no attempt's failure. */
  interrupt(): void {
    if (this.#over || this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#progress.ending ??= { kind: 'released' };
    this.#underWay.abort(() => new AttemptAbortedError(`The executor of run ${this.runId} stopped.`));
    this.#schedule();
  }

  /** Stops at once without a write: the lease is lost, or the store can't be written. */
  abandon(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#progress.revoke();
    this.#underWay.abandon(error);
    this.#parking.stop();
    this.#ended.reject(error);
  }

  #readRequests(mail: readonly MailboxRow[]): void {
    const cancel = mail.find(({ kind }) => kind === 'cancel');
    if (cancel !== undefined) this.cancel(cancel.name);
    const pause = mail.find(({ kind }) => kind === 'pause');
    if (pause !== undefined) this.pause(pause.name, pause.id);
  }

  /** The run fails, whatever it is at, unless it is about to end anyway or to be given back. */
  #expire(): void {
    const { ending, verdict } = this.#progress;
    if (this.#over || verdict !== null || (ending !== null && ending.kind !== 'paused')) return;
    this.#end({ kind: 'failed', failure: this.#underWay.deadline.failure() });
  }

  /** Nothing further starts; what is at work may end, or is asked to. */
  #end(ending: Ending): void {
    this.#progress.ending = ending;
    if (isStopping(this.#inHand)) this.#underWay.abort(() => abortion(this.runId, ending));
    else this.#underWay.waits.clear();
    this.#schedule();
  }

  #report(unit: Unit, outcome: AttemptOutcome | null): void {
    if (this.#over) return;
    if (outcome !== null) this.#underWay.attempts.end(unit.key);
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
    this.#progress.follow(batch, () => {
      if (this.#over || this.#close(batch)) return;
      this.#underWay.queue(batch);
      if (this.#underWay.transact(this.#commits)) return;
      this.#busy = false;
      if (this.#hasMore) this.#schedule();
    });
  }

  get #hasMore(): boolean {
    const { ending, hasMore } = this.#progress;
    const mayTransact = this.#underWay.hasTransactions && ending === null;
    return this.#happened.length > 0 || this.#commits.hasNews || hasMore || mayTransact;
  }

  /** Commits a batch with what it leads to; false when there is nothing to commit. */
  #close(batch: Batch): boolean {
    finishBatch(this.#inHand, batch);
    return this.#commits.commit(batch);
  }

  /** Somebody put in a word just before the run was to be parked, or there is no room in a budget: it stays here for now. */
  #commitRest(batch: Batch, shortage: PotShortage | null = null): void {
    if (this.#over) return;
    if (shortage !== null) takeBackStarts(this.#run.journal, batch, shortage);
    this.#parking.isDue = true;
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
    this.#underWay.start(batch, at, isStopping(this.#inHand) ? null : this.#progress);
    const mayPark = this.#parking.isDue && this.#commits.isNewsRead;
    if (this.#hasMore || this.#progress.ending !== null || mayPark) this.#schedule();
  }

  /** What was committed is taken in as it stands; of one that threw only the failure is still to be recorded. */
  #takeTransaction(unit: Unit, done: TransactionOutcome): void {
    const batch = emptyBatch();
    const isKept = done.kind === 'committed';
    if (isKept) this.#progress.settle(unit, done.outcome, batch);
    else this.#happened.push({ unit, outcome: { kind: 'failed', error: done.error, usage: null } });
    this.#afterCommit(batch, isKept ? done.at : this.#time.now());
  }

  #endedBy(change: Change): boolean {
    const end = driveEnd(this.runId, change);
    if (end === null) return false;
    this.#over = true;
    const { fault } = this.#progress;
    this.#progress.revoke();
    this.#underWay.stop();
    this.#parking.stop();
    if (fault !== null && change.type === 'workflow_paused') this.#ended.reject(fault);
    else if ('result' in end) this.#ended.resolve(end.result);
    else this.#ended.reject(end.error);
    return true;
  }
}
