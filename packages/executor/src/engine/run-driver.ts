import { type Change, decodeValue, type Lease, LeaseLostError } from '@sisyphus-state/store';
import { AttemptAbortedError, RunReleasedError, WorkflowCancelledError, WorkflowFailedError } from '../errors.js';
import { Attempt, type AttemptOutcome } from './attempt.js';
import { deferred } from './deferred.js';
import { type DrivenRun, type Engine, type RunResult, toRunResult } from './driver-types.js';
import { endRun } from './end-run.js';
import { longTimeout } from './long-timeout.js';
import { type Batch, emptyBatch, type Launch, RunProgress, type Wait } from './run-progress.js';
import type { Unit } from './unit.js';

/** What happened since the last commit. */
type Happening = { readonly unit: Unit; readonly outcome: AttemptOutcome | null };

/**
 * Drives one held run to its end: attempts, waits and commits, one commit at a time.
 *
 * Outcomes of one turn of the event loop share a commit; a handler is entered only after the commit that says so.
 */
export class RunDriver {
  readonly runId: string;
  /** Settles once, after the commit that ended the run here. */
  readonly result: Promise<RunResult>;
  readonly #engine: Engine;
  readonly #run: DrivenRun;
  readonly #progress: RunProgress;
  readonly #attempts = new Map<string, Attempt>();
  readonly #timers = new Map<string, () => void>();
  readonly #ended = deferred<RunResult>();
  #lease: Lease | null = null;
  #revision = 0;
  #happened: Happening[] = [];
  #batch: Batch = emptyBatch();
  #busy = true;
  #over = false;
  #stopGrace: (() => void) | null = null;
  #onOutsideCommit: (() => void) | null = null;

  constructor(engine: Engine, run: DrivenRun, now: number) {
    this.runId = run.runId;
    this.#engine = engine;
    this.#run = run;
    this.#progress = new RunProgress(run, engine.registry, engine.random, now);
    this.result = this.#ended.promise;
  }

  get lease(): Lease | null {
    return this.#lease;
  }

  /** The revision of the newest commit made here: a higher one in the store is somebody else's. */
  get revision(): number {
    return this.#revision;
  }

  /** Calls `listener` when a commit made here shows that somebody else wrote to the run since the one before. */
  whenOutsideCommit(listener: () => void): void {
    this.#onOutsideCommit = listener;
  }

  /** The changes that start the run's first steps; they belong into the commit that creates the run. */
  begin(): readonly Change[] {
    this.#progress.advance(this.#batch);
    this.#finishIfDone(this.#batch);
    return this.#batch.changes;
  }

  /** Goes on after the commit that holds what `begin` returned. */
  attach(lease: Lease | null, at: number): void {
    this.#lease = lease;
    this.#revision = lease?.revision ?? 1;
    this.#afterCommit(this.#batch, at);
  }

  /** Starts a claimed run: commits what `begin` returns, if anything, and goes on. */
  resume(lease: Lease, at: number): void {
    this.#lease = lease;
    this.#revision = lease.revision;
    this.begin();
    if (this.#batch.changes.length > 0) this.#commit(this.#batch);
    else this.#afterCommit(this.#batch, at);
  }

  /** Ends the run as cancelled: handlers are aborted, then abandoned after a grace. */
  cancel(reason: string | null): void {
    if (this.#over || this.#progress.ending !== null) return;
    this.#progress.ending = { kind: 'cancelled', reason };
    this.#abortAttempts(new AttemptAbortedError(`Run ${this.runId} was cancelled.`));
    this.#schedule();
  }

  /** Gives the run back once the attempts in hand are recorded; nothing new starts. */
  release(): void {
    if (this.#over || this.#progress.ending !== null) return;
    this.#progress.ending = { kind: 'released' };
    this.#clearTimers();
    this.#schedule();
  }

  /** Stops at once without a write: the lease is lost, or the store can't be written. */
  abandon(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#clearTimers();
    this.#stopGrace?.();
    for (const attempt of this.#attempts.values()) attempt.abandon(error);
    this.#attempts.clear();
    this.#ended.reject(error);
  }

  #report(unit: Unit, outcome: AttemptOutcome | null): void {
    if (this.#over) return;
    if (outcome !== null) this.#attempts.delete(unit.key);
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
    for (const { unit, outcome } of this.#happened.splice(0)) {
      if (outcome === null) this.#progress.retry(unit, batch);
      else this.#progress.settle(unit, outcome, batch);
    }
    this.#finishIfDone(batch);
    this.#commit(batch);
  }

  /** Adds the run's end to the batch when nothing is left to do, or nothing may be done any more. */
  #finishIfDone(batch: Batch): void {
    if (this.#progress.ending?.kind === 'failed' && !this.#over)
      this.#stopSiblings(this.#progress.ending.failure.stepKey);
    // What began in this very batch is not entered any more; its end is recorded with the run's.
    if (this.#isStopping) batch.launches.length = 0;
    const idle = this.#attempts.size === 0 && batch.launches.length === 0;
    const mayEnd = this.#progress.ending === null ? this.#progress.isDone : idle || this.#progress.isDone;
    if (mayEnd) endRun(this.#run, this.#progress, batch);
  }

  get #isStopping(): boolean {
    const kind = this.#progress.ending?.kind;
    return kind === 'failed' || kind === 'cancelled';
  }

  #stopSiblings(stepKey: string): void {
    this.#clearTimers();
    this.#abortAttempts(new AttemptAbortedError(`Step "${stepKey}" of run ${this.runId} failed.`));
  }

  #abortAttempts(reason: Error): void {
    this.#clearTimers();
    if (this.#stopGrace !== null || this.#attempts.size === 0) return;
    for (const attempt of this.#attempts.values()) attempt.abort(reason);
    this.#stopGrace = longTimeout(() => {
      for (const attempt of [...this.#attempts.values()]) attempt.abandon(reason);
    }, this.#engine.abortGraceMs);
  }

  #commit(batch: Batch): void {
    const lease = this.#lease;
    if (lease === null || batch.changes.length === 0) {
      this.#busy = false;
      return;
    }
    this.#engine.store.record(lease, batch.changes).then(
      ({ revision, at }) => {
        // From here on the store's revision says nothing of that commit any more.
        const othersWrote = revision > this.#revision + 1;
        this.#revision = revision;
        this.#afterCommit(batch, at);
        if (othersWrote && !this.#over) this.#onOutsideCommit?.();
      },
      (error: unknown) =>
        this.abandon(error instanceof Error ? error : new LeaseLostError(lease.runId, lease.fence, String(error))),
    );
  }

  #afterCommit(batch: Batch, at: number): void {
    if (this.#over) return;
    this.#engine.observe?.({ kind: 'committed', runId: this.runId, changes: batch.changes, at });
    const last = batch.changes.at(-1);
    if (last !== undefined && this.#endedBy(last)) return;
    this.#busy = false;
    for (const wait of batch.waits) this.#wait(wait);
    if (!this.#isStopping) for (const launch of batch.launches) this.#launch(launch);
    if (this.#happened.length > 0 || this.#progress.ending !== null) this.#schedule();
  }

  #endedBy(change: Change): boolean {
    const { runId } = this;
    if (change.type === 'workflow_completed') {
      // What was stored, decoded: the caller gets the same now as after a restart.
      return this.#end(() =>
        this.#ended.resolve(toRunResult(runId, decodeValue(change.context), decodeValue(change.output))),
      );
    }
    if (change.type === 'workflow_failed')
      return this.#end(() => this.#ended.reject(new WorkflowFailedError(runId, change.stepKey, change.error)));
    if (change.type === 'workflow_cancelled')
      return this.#end(() => this.#ended.reject(new WorkflowCancelledError(runId, change.reason)));
    if (change.type === 'run_released') return this.#end(() => this.#ended.reject(new RunReleasedError(runId)));
    return false;
  }

  #end(settle: () => void): true {
    this.#over = true;
    this.#clearTimers();
    this.#stopGrace?.();
    settle();
    return true;
  }

  #wait({ unit, delayMs }: Wait): void {
    const stop = longTimeout(() => {
      this.#timers.delete(unit.key);
      this.#report(unit, null);
    }, delayMs);
    this.#timers.set(unit.key, stop);
  }

  #clearTimers(): void {
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
  }

  #launch({ unit, attempt, input }: Launch): void {
    const { engine, runId } = { engine: this.#engine, runId: this.runId };
    const { step, key: stepKey } = unit;
    const handler = engine.registry.get(step.type);
    if (handler === null) throw new Error(`No handler for ${step.type}: it was there when the run began.`);
    const started = new Attempt(
      {
        runId,
        stepKey,
        attempt,
        handler,
        input,
        timeoutMs: step.timeoutMs,
        maxResultBytes: engine.maxPayloadBytes,
        step: step.with.isConstant ? step.source : Object.freeze({ ...step.source, with: input }),
        readContext: () => this.#progress.contexts.before(step),
        onLog: (message, data) => this.#log(stepKey, message, data),
        onProgress: (progress) => engine.observe?.({ kind: 'progress', runId, stepKey, progress }),
      },
      (outcome) => this.#report(unit, outcome),
    );
    this.#attempts.set(stepKey, started);
    started.start();
  }

  #log(stepKey: string, message: string, data: unknown): void {
    this.#engine.observe?.({ kind: 'log', runId: this.runId, stepKey, message, data });
    // A line that can't be kept fails like any write of the run would: it ends the driving, not in silence.
    this.#engine.store
      .logEvent(this.runId, 'log', { stepKey, message, data })
      .catch((error: Error) => this.abandon(error));
  }
}
