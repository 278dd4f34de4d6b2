import type { MailboxRow } from '@sisyphus-state/schema';
import type { StepFailed } from '@sisyphus-state/store';
import { once } from '../definition/once.js';
import type { Plan, PlanStep } from '../definition/plan.js';
import { resolveCondition } from '../expressions/resolve-value.js';
import type { AttemptOutcome } from './attempt.js';
import type { Batch, Ending, Verdict } from './batch.js';
import { Compensations, leftToUndo } from './compensations.js';
import { ContextBuilder } from './context-builder.js';
import type { DrivenRun } from './driver-types.js';
import { completionOf } from './end-run.js';
import { ForeachSteps } from './foreach-steps.js';
import { isOver } from './is-over.js';
import type { Completion, MakeProgress, Progress, ProgressPorts } from './progress.js';
import { recordedFailure } from './recorded-failure.js';
import { RepeatSteps } from './repeat-steps.js';
import { RunScope } from './run-scope.js';
import { StepRecorder } from './step-recorder.js';
import { stepUnit, type Unit } from './unit.js';
import { UnitRunner } from './unit-runner.js';
import { Walk } from './walk.js';
import { whyStopped } from './why-stopped.js';

/** Goes through a plan. */
export function dataProgress(plan: Plan): MakeProgress {
  return (run, ports) => new RunProgress(plan, run, ports);
}

/** A run's progress through its plan: recorded steps are passed over. */
export class RunProgress implements Progress {
  ending: Ending | null = null;
  verdict: Verdict | null = null;
  readonly hasMore = false;
  readonly fault = null;
  readonly #contexts: ContextBuilder;
  readonly #scope: RunScope;
  readonly #plan: Plan;
  readonly #run: DrivenRun;
  readonly #recorder: StepRecorder;
  readonly #walk: Walk;
  readonly #units: UnitRunner;
  /** Most plans have no steps of these kinds. */
  readonly #foreach: () => ForeachSteps;
  readonly #repeat: () => RepeatSteps;
  #undo: Compensations | null = null;

  constructor(plan: Plan, run: DrivenRun, { registry, random, now }: ProgressPorts) {
    const { journal, input, runId, mail = [] } = run;
    const scopeOf = (unit: Unit) => this.#scope.forUnit(unit);
    this.#plan = plan;
    this.#run = run;
    this.#recorder = new StepRecorder(journal, registry);
    this.#walk = new Walk(plan);
    this.#contexts = new ContextBuilder(plan, journal, input);
    this.#scope = new RunScope(plan, journal, this.#contexts, input, runId);
    this.#units = new UnitRunner(this.#recorder, {
      ...{ random, now, mail, scopeOf, children: run.children ?? null },
      mayStart: () => this.ending === null,
      replaced: (unit) => this.#scope.update(unit.step),
      completed: (unit, batch) => this.#completed(unit, batch),
      lost: (unit, failure, batch) => this.#lost(unit, failure, batch),
    });
    this.#foreach = once(
      () =>
        new ForeachSteps(this.#recorder, {
          scopeOf,
          mayStart: () => this.ending === null,
          start: (unit, batch) => this.#units.start(unit, batch),
          isOver: (unit) => isOver(unit, journal),
          completed: (step) => this.#stepOver(step),
        }),
    );
    this.#repeat = once(
      () =>
        new RepeatSteps(this.#recorder, this.#scope, {
          mayStart: () => this.ending === null,
          start: (unit, batch) => this.#units.start(unit, batch),
          completed: (step) => this.#stepOver(step),
          failed: (step, error, batch) => {
            const failure = this.#recorder.failureOf(step.id, error);
            this.#recorder.fail(failure, batch);
            this.#stepLost(step, failure);
          },
        }),
    );
    const failure = recordedFailure(plan, journal);
    if (run.verdict != null) this.#beginUndoing(run.verdict);
    else if (failure !== null) this.ending = { kind: 'failed', failure };
  }

  get isDone(): boolean {
    return this.#undo === null ? this.#walk.isDone : this.#undo.isDone;
  }

  advance(batch: Batch): void {
    if (this.#undo !== null) return this.#undo.goOn(batch);
    for (let ready = this.#walk.takeReady(); ready.length > 0; ready = this.#walk.takeReady()) {
      for (const step of ready) if (this.ending === null) this.#activate(step, batch);
    }
  }

  wake(unit: Unit, batch: Batch): void {
    const isGivenUp = this.#undo !== null && unit.undoes === null;
    if (this.ending !== null || isGivenUp) return;
    this.#units.wake(unit, batch);
    this.advance(batch);
  }

  deliver(mail: readonly MailboxRow[], batch: Batch): void {
    if (this.ending !== null) return;
    this.#units.deliver(mail, batch);
    this.advance(batch);
  }

  settle(unit: Unit, outcome: AttemptOutcome, batch: Batch): void {
    const isLost = this.ending?.kind === 'failed' || this.ending?.kind === 'cancelled';
    if (isLost && outcome.kind === 'failed') return this.#cancel(unit.key, batch, outcome);
    this.#units.settle(unit, outcome, batch);
    this.advance(batch);
  }

  follow(_batch: Batch, then: () => void): void {
    then();
  }

  mayPark(): boolean {
    return true;
  }

  completion(): Completion {
    return completionOf(this.#run.runId, this.#plan, { scope: this.#scope, contexts: this.#contexts });
  }

  contextOf({ step }: Unit): Readonly<Record<string, unknown>> {
    return this.#contexts.before(step);
  }

  revoke(): void {
    // Nothing goes on by itself.
  }

  giveUp(verdict: Verdict, batch: Batch): void {
    for (const key of this.#run.journal.openKeys()) this.#cancel(key, batch);
    batch.waits.length = 0;
    this.#units.forgetWaits();
    this.ending = null;
    const undo = this.#beginUndoing(verdict);
    if (undo.isDone) return;
    batch.changes.push({ type: 'workflow_ending', ...verdict });
    undo.goOn(batch);
  }

  #beginUndoing(verdict: Verdict): Compensations {
    this.verdict = verdict;
    this.#scope.showParts();
    this.#undo = new Compensations(leftToUndo(this.#plan, this.#run.journal, this.#scope), {
      mayStart: () => this.ending === null,
      start: (unit, batch) => {
        const { undoes, step } = unit;
        if (undoes !== null && undoes.iteration !== null) this.#scope.showLatest(step, undoes.key);
        this.#units.start(unit, batch);
      },
    });
    return this.#undo;
  }

  #cancel(stepKey: string, batch: Batch, ended: AttemptOutcome | null = null): void {
    this.#recorder.cancel(stepKey, whyStopped(this.ending), batch, ended);
  }

  #activate(step: PlanStep, batch: Batch): void {
    const unit = stepUnit(step);
    const entry = this.#run.journal.get(step.id);
    if (entry?.status === 'skipped') return this.#walk.settle(step.index, 'skipped');
    if (isOver(unit, this.#run.journal)) return this.#walk.settle(step.index, 'completed');
    const skippedNeed = this.#walk.skippedNeed(step);
    if (skippedNeed !== null) return this.#skip(step, `it needs "${skippedNeed}", which was skipped`, batch);
    try {
      // Once a step has begun its condition was true; what it read may look different now.
      const begun = entry !== undefined && (entry.attempts > 0 || entry.status !== 'pending');
      if (!begun && step.condition !== null && !resolveCondition(step.condition, this.#scope.forUnit(unit)))
        return this.#skip(step, 'its condition is false', batch);
      if (step.repeat !== null) return this.#repeat().open(step, step.repeat, batch);
      if (step.foreach !== null) return this.#foreach().open(step, step.foreach, batch);
    } catch (error) {
      return this.#units.failBeforeStart(unit, error, batch);
    }
    this.#units.start(unit, batch);
  }

  #skip(step: PlanStep, reason: string, batch: Batch): void {
    this.#recorder.skip(step.id, step, step.type, reason, batch);
    this.#scope.update(step);
    this.#walk.settle(step.index, 'skipped');
  }

  #completed({ step, item, iteration, undoes }: Unit, batch: Batch): void {
    if (undoes !== null) this.#undo?.over(batch);
    else if (item !== null) this.#foreach().itemOver(step, batch);
    else if (iteration !== null) this.#repeat().iterationOver(step, batch);
    else this.#stepOver(step);
  }

  /** A unit has no result and will get none: so has its step, but for an item that the run goes on from. */
  #lost({ step, item, iteration, undoes }: Unit, failure: StepFailed, batch: Batch): void {
    if (undoes !== null) return this.#undo?.over(batch);
    if (item !== null && step.continuesOnError) return this.#foreach().itemOver(step, batch);
    if (item !== null || iteration !== null) this.#recorder.failWith(step.id, failure, batch);
    this.#stepLost(step, failure);
  }

  /** The run goes on if the step says so, else nothing further starts. */
  #stepLost(step: PlanStep, failure: StepFailed): void {
    if (step.continuesOnError) this.#stepOver(step);
    else this.ending = { kind: 'failed', failure };
  }

  #stepOver(step: PlanStep): void {
    this.#scope.update(step);
    this.#walk.settle(step.index, 'completed');
  }
}
