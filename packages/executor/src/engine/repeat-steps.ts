import type { PlanStep, Repeat } from '../definition/plan.js';
import { RepeatLimitError } from '../errors.js';
import { resolveCondition } from '../expressions/resolve-value.js';
import type { Batch } from './batch.js';
import type { RunScope } from './run-scope.js';
import type { StepRecorder } from './step-recorder.js';
import { iterationKey, iterationUnit, stepUnit, type Unit } from './unit.js';

/** What repeated steps need of the run's progress. */
export interface RepeatPorts {
  /** Whether anything may start: the run is not about to end. */
  readonly mayStart: () => boolean;
  readonly start: (unit: Unit, batch: Batch) => void;
  /** The condition holds, and the last result is recorded as the step's. */
  readonly completed: (step: PlanStep) => void;
  /** The step can't go on: its condition fails, or does not hold after the last time. */
  readonly failed: (step: PlanStep, error: unknown, batch: Batch) => void;
}

interface Loop {
  readonly step: PlanStep;
  readonly repeat: Repeat;
  /** How many times are over. */
  done: number;
  isStarting: boolean;
}

/** The steps of a run that run again until their condition holds. */
export class RepeatSteps {
  readonly #recorder: StepRecorder;
  readonly #scope: RunScope;
  readonly #ports: RepeatPorts;
  readonly #loops = new Map<string, Loop>();

  constructor(recorder: StepRecorder, scope: RunScope, ports: RepeatPorts) {
    this.#recorder = recorder;
    this.#scope = scope;
    this.#ports = ports;
  }

  /** Begins a step, or goes on after the times that are recorded. */
  open(step: PlanStep, repeat: Repeat, batch: Batch): void {
    const unit = stepUnit(step);
    const { journal } = this.#recorder;
    if (this.#recorder.entryOf(unit).status !== 'running') this.#recorder.begin(unit, null, batch);
    const loop: Loop = { step, repeat, done: 0, isStarting: false };
    while (journal.get(iterationKey(step.id, loop.done + 1))?.status === 'completed') loop.done += 1;
    this.#loops.set(step.id, loop);
    this.#goOn(loop, batch);
  }

  /** One time is over. */
  iterationOver(step: PlanStep, batch: Batch): void {
    const loop = this.#loops.get(step.id);
    if (loop === undefined) return;
    loop.done += 1;
    this.#goOn(loop, batch);
  }

  /** What is over as soon as it starts comes back here: a loop, because there may be thousands of times. */
  #goOn(loop: Loop, batch: Batch): void {
    if (loop.isStarting) return;
    loop.isStarting = true;
    for (let before = -1; before < loop.done && !this.#isSettled(loop, batch); ) {
      before = loop.done;
      this.#ports.start(iterationUnit(loop.step, loop.done + 1), batch);
    }
    loop.isStarting = false;
  }

  /** Ends the step if it has come to its end; a run that is about to end leaves that to whoever goes on with it. */
  #isSettled({ step, repeat, done }: Loop, batch: Batch): boolean {
    const isLast = done >= repeat.max;
    try {
      if (done > 0 && this.#holds(step, repeat, done)) {
        const { text } = this.#recorder.journal.open(iterationKey(step.id, done));
        this.#recorder.complete(step.id, text, null, batch);
        this.#ports.completed(step);
        return true;
      }
      if (isLast) throw new RepeatLimitError(step.id, repeat.max);
    } catch (error) {
      if (this.#ports.mayStart()) this.#ports.failed(step, error, batch);
      return true;
    }
    return !this.#ports.mayStart();
  }

  #holds(step: PlanStep, { until }: Repeat, done: number): boolean {
    this.#scope.showLatest(step, iterationKey(step.id, done));
    return resolveCondition(until, this.#scope.forUnit(stepUnit(step)));
  }
}
