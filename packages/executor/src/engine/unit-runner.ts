import { type MailboxRow, noUsage } from '@sisyphus-state/schema';
import type { JsonText, StepFailed, Usage } from '@sisyphus-state/store';
import { reserveOf } from '../definition/budget-of.js';
import { type EngineType, isEngineType } from '../definition/engine-types.js';
import { once } from '../definition/once.js';
import { resolveValue } from '../expressions/resolve-value.js';
import type { Scope } from '../expressions/scope.js';
import type { AttemptOutcome } from './attempt.js';
import type { Batch } from './batch.js';
import type { ChildRuns } from './child-runs.js';
import { ChildSteps } from './child-steps.js';
import { nextFallback, unneededFallbacks } from './fallback.js';
import { hashInput } from './hash-input.js';
import { decideFailure } from './settle-attempt.js';
import type { StepRecorder } from './step-recorder.js';
import type { Unit } from './unit.js';
import { WaitSteps } from './wait-steps.js';

/** What units need of the run they belong to. */
export interface UnitPorts {
  readonly random: () => number;
  /** The store's clock when the run was taken. */
  readonly now: number;
  /** Unread when the run was taken. */
  readonly mail: readonly MailboxRow[];
  /** Null: nobody here starts runs for its steps. */
  readonly children: ChildRuns | null;
  readonly scopeOf: (unit: Unit) => Scope;
  /** Whether anything may start: the run is not about to end. */
  readonly mayStart: () => boolean;
  /** The unit failed, and another is tried in its place. */
  readonly replaced: (unit: Unit) => void;
  /** The unit has its result, which is recorded. */
  readonly completed: (unit: Unit, batch: Batch) => void;
  /** The unit and all its fallbacks failed for good, which is recorded. */
  readonly lost: (unit: Unit, failure: StepFailed, batch: Batch) => void;
}

/** Starts units and takes their outcomes in: attempts, retries, waits and doubts, of whatever the unit is part. */
export class UnitRunner {
  readonly #recorder: StepRecorder;
  readonly #ports: UnitPorts;
  /** Most runs have no steps of these kinds. */
  readonly #waits: () => WaitSteps;
  readonly #children: () => ChildSteps;

  constructor(recorder: StepRecorder, ports: UnitPorts) {
    this.#recorder = recorder;
    this.#ports = ports;
    this.#waits = once(() => this.#makeWaits());
    this.#children = once(() => this.#makeChildren());
  }

  /** What waiting steps of every kind need. */
  get #shared() {
    const recorder = this.#recorder;
    return {
      now: this.#ports.now,
      entryOf: (unit: Unit) => recorder.entryOf(unit),
      resolveInput: (unit: Unit) => this.#resolveInput(unit),
      complete: (unit: Unit, result: JsonText | null, batch: Batch) => this.#complete(unit, result, null, batch),
      fail: (unit: Unit, error: Error, batch: Batch) => this.#failFor(unit, recorder.failureOf(unit.key, error), batch),
    };
  }

  #makeWaits(): WaitSteps {
    const doubt = ({ key }: Unit, batch: Batch) => this.#recorder.doubt(key, batch);
    const restart = (unit: Unit, batch: Batch) => this.start(unit, batch);
    return new WaitSteps({ ...this.#shared, doubt, restart }, this.#ports.mail);
  }

  #makeChildren(): ChildSteps {
    const { children, mail } = this.#ports;
    const settle = (unit: Unit, error: Error, batch: Batch) => {
      // Its frames are the engine's own, and others from one time to the next.
      Reflect.deleteProperty(error, 'stack');
      this.settle(unit, { kind: 'failed', error, usage: null }, batch);
    };
    return new ChildSteps({ ...this.#shared, settle, children }, mail);
  }

  /** Starts a unit, or goes on with one that an earlier holder began. */
  start(unit: Unit, batch: Batch): void {
    const entry = this.#recorder.entryOf(unit);
    const candidate = entry.status === 'failed' ? this.#candidateFor(unit) : null;
    if (candidate !== null) return this.start(candidate, batch);
    const { wakeAt } = entry;
    entry.wakeAt = null;
    // Recorded by an earlier holder; from here on the driver's timer knows it.
    if (entry.status === 'pending' && wakeAt !== null && wakeAt > this.#ports.now) {
      batch.waits.push({ unit, wakeAt, delayMs: null, reason: `retry:${unit.key}` });
      return;
    }
    if (isEngineType(unit.call.type)) return this.#beginWait(unit, unit.call.type, wakeAt, batch);
    const mayNotRepeat = entry.status === 'running' && this.#recorder.deliveryOf(unit.call) === 'at-most-once';
    if (mayNotRepeat || entry.status === 'in_doubt') return this.#waits().doubt(unit, batch);
    const reserve = reserveOf(unit.call.reserve);
    // It is started again when an attempt in hand has left room, or by whoever resumes the run.
    if (!this.#recorder.guard.admits(unit, entry, reserve)) return this.#recorder.guard.hold(unit);
    if (unit.call.transact !== undefined) return void batch.transactions.push(unit);
    try {
      const input = this.#resolveInput(unit);
      const before = this.#recorder.guard.meter.isMetered ? entry.before(this.#recorder.guard.meter.usage) : null;
      this.#recorder.begin(unit, hashInput(unit.call, input), batch, reserve);
      batch.launches.push({ unit, attempt: entry.attempts, input, before });
    } catch (error) {
      this.failBeforeStart(unit, error, batch);
    }
  }

  /** Goes on with a unit whose wait is over: its next attempt, or its end if waiting was all it had to do. */
  wake(unit: Unit, batch: Batch): void {
    const { type } = unit.call;
    const isRetry = this.#recorder.entryOf(unit).status === 'pending';
    if (isEngineType(type) && !isRetry)
      return type === 'workflow' ? this.#children().ring(unit, batch) : this.#waits().ring(unit, type, batch);
    if (this.#recorder.guard.isHeld(unit)) this.#startHeld(batch);
    else this.start(unit, batch);
  }

  /** Takes in the run's mail: what outsiders said to the units that wait for them. */
  deliver(mail: readonly MailboxRow[], batch: Batch): void {
    this.#waits().deliver(mail, batch);
    this.#children().deliver(mail, batch);
  }

  /** The run is about to end: an answer to what has begun is of no use any more. */
  forgetWaits(): void {
    this.#waits().forget();
    this.#children().forget();
  }

  /** Takes an attempt's outcome in; the policy says whether a failed one is the last. */
  settle(unit: Unit, outcome: AttemptOutcome, batch: Batch): void {
    // Its transaction is all there is of it: nothing said before that it began.
    if (unit.call.transact !== undefined) this.#recorder.begin(unit, null, batch, noUsage.reserved);
    if (outcome.kind === 'completed') {
      const count = this.#recorder.guard.sawOutput(unit, this.#recorder.entryOf(unit), outcome.result);
      this.#complete(unit, outcome.result, outcome.usage, batch, count);
    } else this.#settleFailed(unit, outcome, batch);
    if (this.#ports.mayStart()) this.#startHeld(batch);
  }

  /** They come back if there is no room yet. */
  #startHeld(batch: Batch): void {
    for (const held of this.#recorder.guard.takeHeld(batch)) this.start(held, batch);
  }

  #settleFailed(unit: Unit, outcome: Extract<AttemptOutcome, { kind: 'failed' }>, batch: Batch): void {
    const entry = this.#recorder.entryOf(unit);
    const decision = decideFailure(unit, entry, outcome, this.#ports.random());
    const { count, isBlocked } = this.#recorder.guard.sawError(unit, entry, decision.change.error);
    // The failure that shows that nothing moves is not the step's last: whoever resumes the run tries it again.
    if (isBlocked)
      return this.#recorder.retry({ ...decision.change, type: 'step_retry_scheduled', delayMs: 0 }, batch, count);
    if (decision.kind === 'fail') return this.#failFor(unit, decision.change, batch, count);
    this.#recorder.retry(decision.change, batch, count);
    batch.waits.push({ unit, wakeAt: null, delayMs: decision.delayMs, reason: `retry:${unit.key}` });
  }

  /** An expression of the unit failed: the handler is never entered, but the attempt is on record with its error. */
  failBeforeStart(unit: Unit, error: unknown, batch: Batch): void {
    this.#recorder.begin(unit, null, batch);
    this.#failFor(unit, this.#recorder.failureOf(unit.key, error), batch);
  }

  /** Waiting is no attempt: none is counted, and none can fail. */
  #beginWait(unit: Unit, type: EngineType, wakeAt: number | null, batch: Batch): void {
    try {
      if (type === 'workflow') this.#children().begin(unit, wakeAt, batch);
      else this.#waits().begin(unit, type, wakeAt, batch);
    } catch (error) {
      this.failBeforeStart(unit, error, batch);
    }
  }

  /** A unit without expressions asks for no scope: making one is what costs. */
  #resolveInput(unit: Unit): unknown {
    const { node } = unit.call.with;
    return node.kind === 'constant' ? node.value : resolveValue(unit.call.with, this.#ports.scopeOf(unit));
  }

  /** What a fallback gives is the result of the unit it stands for, in the same commit. */
  #complete(unit: Unit, result: JsonText | null, usage: Usage | null, batch: Batch, count: number | null = null) {
    this.#recorder.complete(unit.key, result, usage, batch, count);
    const { standsFor } = unit;
    if (standsFor !== null) this.#recorder.complete(standsFor.key, result, null, batch);
    const main = standsFor ?? unit;
    for (const { key, call } of unneededFallbacks(main, this.#recorder.journal))
      this.#recorder.skip(key, unit.step, call.type, 'the step has its result', batch);
    this.#ports.completed(main, batch);
  }

  /** The next candidate starts in the commit that says so; the last one's error is that of the unit it stands for. */
  #failFor(unit: Unit, change: StepFailed, batch: Batch, count: number | null = null): void {
    this.#recorder.fail(change, batch, count);
    const main = unit.standsFor ?? unit;
    const candidate = this.#candidateFor(main);
    if (candidate !== null) {
      this.#ports.replaced(main);
      if (this.#ports.mayStart()) this.start(candidate, batch);
      return;
    }
    const failure = unit === main ? change : this.#recorder.failWith(main.key, change, batch);
    this.#ports.lost(main, failure, batch);
  }

  #candidateFor(unit: Unit): Unit | null {
    return unit.standsFor === null ? nextFallback(unit, this.#recorder.journal) : null;
  }
}
