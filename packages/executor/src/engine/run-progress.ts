import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { MailboxRow } from '@sisyphus-state/schema';
import { type JsonText, type StepFailed, sha256, toStoredError, type Usage } from '@sisyphus-state/store';
import { type EngineType, isEngineType } from '../definition/engine-types.js';
import type { PlanStep } from '../definition/plan.js';
import { StepValueError } from '../errors.js';
import type { CompiledValue } from '../expressions/compile-value.js';
import { resolveCondition, resolveList, resolveValue } from '../expressions/resolve-value.js';
import type { AttemptOutcome } from './attempt.js';
import type { Batch, Ending } from './batch.js';
import { ContextBuilder } from './context-builder.js';
import type { DrivenRun } from './driver-types.js';
import { ForeachGroup } from './foreach-group.js';
import { hashInput } from './hash-input.js';
import type { JournalEntry } from './journal.js';
import { RunScope } from './run-scope.js';
import { decideFailure } from './settle-attempt.js';
import { itemUnit, stepUnit, type Unit } from './unit.js';
import { WaitSteps } from './wait-steps.js';
import { Walk } from './walk.js';

/**
 * A run's progress through its plan, in memory: says for everything that happens what to commit and what to start.
 *
 * It does nothing itself: no I/O, no timers, no handlers. A resumed run goes the same way as a live one, except that
 * recorded steps are passed over.
 */
export class RunProgress {
  readonly contexts: ContextBuilder;
  readonly scope: RunScope;
  ending: Ending | null = null;
  readonly #run: DrivenRun;
  readonly #registry: HandlerRegistry;
  readonly #random: () => number;
  readonly #now: number;
  readonly #walk: Walk;
  readonly #groups = new Map<string, ForeachGroup>();
  readonly #waits: WaitSteps;

  constructor(run: DrivenRun, registry: HandlerRegistry, random: () => number, now: number) {
    this.#run = run;
    this.#registry = registry;
    this.#random = random;
    this.#now = now;
    this.#walk = new Walk(run.plan);
    this.contexts = new ContextBuilder(run.plan, run.journal, run.input);
    this.#waits = new WaitSteps(
      {
        now,
        entryOf: (unit) => run.journal.open(unit.key),
        resolveInput: (unit) => this.#resolveInput(unit),
        complete: (unit, result, batch) => this.#complete(unit, result, null, batch),
        fail: (unit, error, batch) => this.#failFinally(unit, error, batch),
        restart: (unit, batch) => this.#start(unit, batch),
      },
      run.mail ?? [],
    );
    this.scope = new RunScope(run.plan, run.journal, this.contexts, run.input, run.runId);
  }

  get isDone(): boolean {
    return this.#walk.isDone;
  }

  /** Starts all that can start now. */
  advance(batch: Batch): void {
    for (let ready = this.#walk.takeReady(); ready.length > 0; ready = this.#walk.takeReady()) {
      for (const step of ready) if (this.ending === null) this.#activate(step, batch);
    }
  }

  /** Goes on with a unit whose wait is over: its next attempt, or its end if waiting was all it had to do. */
  wake(unit: Unit, batch: Batch): void {
    if (this.ending !== null) return;
    const { type } = unit.step;
    if (isEngineType(type)) this.#waits.ring(unit, type, batch);
    else this.#start(unit, batch);
    this.advance(batch);
  }

  /** Takes in the run's mail: what outsiders said to the steps that wait for them. */
  deliver(mail: readonly MailboxRow[], batch: Batch): void {
    if (this.ending !== null) return;
    this.#waits.deliver(mail, batch);
    this.advance(batch);
  }

  /** Takes an attempt's outcome in: records it, and starts what became ready by it. */
  settle(unit: Unit, outcome: AttemptOutcome, batch: Batch): void {
    const entry = this.#run.journal.open(unit.key);
    if (outcome.kind === 'completed') {
      this.#complete(unit, outcome.result, outcome.usage, batch);
      this.advance(batch);
    } else if (this.ending === null || this.ending.kind === 'released' || this.ending.kind === 'paused')
      this.#fail(unit, outcome, batch);
    else this.#cancel(unit.key, entry, batch);
  }

  /** Marks all that has begun and will not end by itself as cancelled, just before the run ends. */
  cancelOpen(batch: Batch): void {
    for (const key of this.#run.journal.openKeys()) this.#cancel(key, this.#run.journal.open(key), batch);
  }

  #activate(step: PlanStep, batch: Batch): void {
    const entry = this.#run.journal.get(step.id);
    if (entry?.status === 'completed' || entry?.status === 'skipped')
      return this.#walk.settle(step.index, entry.status);
    const skippedNeed = this.#walk.skippedNeed(step);
    if (skippedNeed !== null) return this.#skip(step, `it needs "${skippedNeed}", which was skipped`, batch);
    try {
      // Once a step has begun its condition was true; what it read may look different now.
      const begun = entry !== undefined && (entry.attempts > 0 || entry.status === 'waiting');
      if (!begun && step.condition !== null && !resolveCondition(step.condition, this.scope.forUnit(stepUnit(step))))
        return this.#skip(step, 'its condition is false', batch);
      if (step.foreach !== null) return this.#openGroup(step, step.foreach, batch);
    } catch (error) {
      return this.#failBeforeStart(stepUnit(step), error, batch);
    }
    this.#start(stepUnit(step), batch);
  }

  #skip(step: PlanStep, reason: string, batch: Batch): void {
    batch.changes.push({ type: 'step_skipped', stepKey: step.id, stepId: step.id, stepType: step.type, reason });
    this.#run.journal.open(step.id).status = 'skipped';
    this.scope.update(step);
    this.#walk.settle(step.index, 'skipped');
  }

  #openGroup(step: PlanStep, foreach: CompiledValue, batch: Batch): void {
    const items = resolveList(foreach, this.scope.forUnit(stepUnit(step)));
    const entry = this.#run.journal.open(step.id);
    if (entry.itemCount !== null && entry.itemCount !== items.length)
      throw new StepValueError(
        `The "foreach" of step "${step.id}" began with ${entry.itemCount} items and now has ${items.length}.`,
      );
    entry.itemCount = items.length;
    if (entry.status !== 'running') this.#begin(stepUnit(step), sha256(JSON.stringify(items)), false, batch);
    const group = new ForeachGroup(step, items, this.#run.journal);
    this.#groups.set(step.id, group);
    this.#continueGroup(group, batch);
  }

  #continueGroup(group: ForeachGroup, batch: Batch): void {
    const { step } = group;
    if (group.isDone) return this.#completeGroup(step, batch);
    if (this.ending !== null) return;
    for (const item of group.takeStartable()) if (this.ending === null) this.#start(itemUnit(step, item), batch);
  }

  #completeGroup(step: PlanStep, batch: Batch): void {
    const entry = this.#run.journal.open(step.id);
    batch.changes.push({
      type: 'step_completed',
      stepKey: step.id,
      attempt: entry.attempts,
      result: null,
      usage: null,
    });
    entry.complete(null);
    this.scope.update(step);
    this.#walk.settle(step.index, 'completed');
  }

  #afterCompletion({ step, item }: Unit, batch: Batch): void {
    const group = item === null ? undefined : this.#groups.get(step.id);
    if (group !== undefined) {
      group.complete();
      return this.#continueGroup(group, batch);
    }
    this.scope.update(step);
    this.#walk.settle(step.index, 'completed');
  }

  #start(unit: Unit, batch: Batch): void {
    const entry = this.#run.journal.open(unit.key);
    const { wakeAt } = entry;
    entry.wakeAt = null;
    if (isEngineType(unit.step.type)) return this.#beginWait(unit, unit.step.type, wakeAt, batch);
    // Recorded by an earlier holder; from here on the driver's timer knows it.
    if (entry.status === 'pending' && wakeAt !== null && wakeAt > this.#now) {
      batch.waits.push({ unit, wakeAt, delayMs: null, reason: `retry:${unit.key}` });
      return;
    }
    const cutOff = entry.status === 'running';
    const mayNotRepeat = cutOff && this.#deliveryOf(unit.step) === 'at-most-once';
    if (mayNotRepeat || entry.status === 'in_doubt') return this.#waits.doubt(unit, batch);
    try {
      const input = this.#resolveInput(unit);
      this.#begin(unit, hashInput(unit.step, input), cutOff, batch);
      batch.launches.push({ unit, attempt: entry.attempts, input });
    } catch (error) {
      this.#failBeforeStart(unit, error, batch);
    }
  }

  /** Waiting is no attempt: none is counted, and none can fail. */
  #beginWait(unit: Unit, type: EngineType, wakeAt: number | null, batch: Batch): void {
    try {
      this.#waits.begin(unit, type, wakeAt, batch);
    } catch (error) {
      this.#failBeforeStart(unit, error, batch);
    }
  }

  #complete(unit: Unit, result: JsonText | null, usage: Usage | null, batch: Batch): void {
    const entry = this.#run.journal.open(unit.key);
    batch.changes.push({ type: 'step_completed', stepKey: unit.key, attempt: entry.attempts, result, usage });
    entry.complete(result);
    this.#afterCompletion(unit, batch);
  }

  /** A step without expressions asks for no scope: making one is what costs. */
  #resolveInput(unit: Unit): unknown {
    const { node } = unit.step.with;
    return node.kind === 'constant' ? node.value : resolveValue(unit.step.with, this.scope.forUnit(unit));
  }

  #begin({ key, step, item }: Unit, inputHash: string | null, cutOff: boolean, batch: Batch): void {
    const entry = this.#run.journal.open(key);
    entry.status = 'running';
    entry.attempts += 1;
    if (cutOff) entry.attemptsBase += 1;
    batch.changes.push({
      type: 'step_started',
      stepKey: key,
      attempt: entry.attempts,
      stepId: step.id,
      stepType: step.type,
      delivery: this.#deliveryOf(step),
      inputHash,
      itemCount: item === null ? entry.itemCount : null,
      attemptsBase: cutOff ? entry.attemptsBase : null,
    });
  }

  /** An expression of the step failed: the handler is never entered, but the attempt is on record with its error. */
  #failBeforeStart(unit: Unit, error: unknown, batch: Batch): void {
    const entry = this.#run.journal.open(unit.key);
    this.#begin(unit, null, entry.status === 'running', batch);
    this.#failFor(
      unit,
      { type: 'step_failed', stepKey: unit.key, attempt: entry.attempts, error: toStoredError(error), usage: null },
      batch,
    );
  }

  #fail(unit: Unit, outcome: Extract<AttemptOutcome, { kind: 'failed' }>, batch: Batch): void {
    const entry = this.#run.journal.open(unit.key);
    const decision = decideFailure(unit, entry, outcome, this.#random());
    if (decision.kind === 'fail') return this.#failFor(unit, decision.change, batch);
    batch.changes.push(decision.change);
    entry.status = 'pending';
    batch.waits.push({ unit, wakeAt: null, delayMs: decision.delayMs, reason: `retry:${unit.key}` });
  }

  #failFinally(unit: Unit, error: Error, batch: Batch): void {
    const { attempts: attempt } = this.#run.journal.open(unit.key);
    const change = { stepKey: unit.key, attempt, error: toStoredError(error), usage: null };
    this.#failFor(unit, { type: 'step_failed', ...change }, batch);
  }

  /** The step is lost: it and the `foreach` it belongs to fail, and nothing further starts. */
  #failFor(unit: Unit, change: StepFailed, batch: Batch): void {
    batch.changes.push(change);
    this.#markFailed(unit.key, change);
    if (unit.item !== null) {
      const parent = this.#run.journal.open(unit.step.id);
      batch.changes.push({ ...change, stepKey: unit.step.id, attempt: parent.attempts, usage: null });
      this.#markFailed(unit.step.id, change);
    }
    this.ending = { kind: 'failed', failure: change };
  }

  #markFailed(stepKey: string, { error }: StepFailed): void {
    const entry = this.#run.journal.open(stepKey);
    entry.status = 'failed';
    entry.error = error;
  }

  #cancel(stepKey: string, entry: JournalEntry, batch: Batch): void {
    const reason =
      this.ending?.kind === 'failed' ? `step "${this.ending.failure.stepKey}" failed` : 'the run was cancelled';
    batch.changes.push({ type: 'step_cancelled', stepKey, attempt: entry.attempts, reason });
    entry.status = 'cancelled';
  }

  #deliveryOf(step: PlanStep) {
    return step.delivery ?? this.#registry.get(step.type)?.delivery ?? null;
  }
}
