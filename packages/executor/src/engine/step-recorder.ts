import type { HandlerRegistry } from '@sisyphus-state/handlers';
import { type JsonText, type StepFailed, toStoredError, type Usage } from '@sisyphus-state/store';
import type { PlanCall, PlanStep } from '../definition/plan.js';
import type { Batch } from './batch.js';
import { giveUp } from './child-steps.js';
import type { Journal, JournalEntry } from './journal.js';
import type { Unit } from './unit.js';

/** Puts down what becomes of steps: in the journal, and in the batch that commits it. It decides nothing. */
export class StepRecorder {
  readonly #journal: Journal;
  readonly #registry: HandlerRegistry;

  constructor(journal: Journal, registry: HandlerRegistry) {
    this.#journal = journal;
    this.#registry = registry;
  }

  get journal(): Journal {
    return this.#journal;
  }

  entryOf(unit: Pick<Unit, 'key'>): JournalEntry {
    return this.#journal.open(unit.key);
  }

  /** What may happen to an attempt of the call that was cut off; null when its handler does not say. */
  deliveryOf(call: PlanCall) {
    return call.delivery ?? (call.handler ?? this.#registry.get(call.type))?.delivery ?? null;
  }

  /** Begins an attempt; one that follows a cut-off attempt does not hold that against the step. */
  begin({ key, step, call }: Unit, inputHash: string | null, batch: Batch): void {
    const entry = this.#journal.open(key);
    const cutOff = entry.status === 'running';
    entry.status = 'running';
    entry.attempts += 1;
    if (cutOff) entry.attemptsBase += 1;
    batch.changes.push({
      type: 'step_started',
      stepKey: key,
      attempt: entry.attempts,
      stepId: step.id,
      stepType: call.type,
      delivery: this.deliveryOf(call),
      inputHash,
      itemCount: entry.itemCount,
      attemptsBase: cutOff ? entry.attemptsBase : null,
    });
  }

  complete(stepKey: string, result: JsonText | null, usage: Usage | null, batch: Batch): void {
    const entry = this.#journal.open(stepKey);
    batch.changes.push({ type: 'step_completed', stepKey, attempt: entry.attempts, result, usage });
    this.#journal.complete(stepKey, result);
  }

  fail(change: StepFailed, batch: Batch): void {
    const entry = this.#journal.open(change.stepKey);
    batch.changes.push(change);
    entry.status = 'failed';
    entry.error = change.error;
  }

  /** What `fail` takes, of a step that failed by other means than an attempt. */
  failureOf(stepKey: string, error: unknown): StepFailed {
    const { attempts: attempt } = this.#journal.open(stepKey);
    return { type: 'step_failed', stepKey, attempt, error: toStoredError(error), usage: null };
  }

  /** A step fails by one of its parts: a `foreach` by an item of it, or any by its last fallback. */
  failWith(stepKey: string, { error }: Pick<StepFailed, 'error'>, batch: Batch): StepFailed {
    const { attempts: attempt } = this.#journal.open(stepKey);
    const change: StepFailed = { type: 'step_failed', stepKey, attempt, error, usage: null };
    this.fail(change, batch);
    return change;
  }

  skip(stepKey: string, { id: stepId }: PlanStep, stepType: string, reason: string, batch: Batch): void {
    batch.changes.push({ type: 'step_skipped', stepKey, stepId, stepType, reason });
    this.#journal.open(stepKey).status = 'skipped';
  }

  cancel(stepKey: string, reason: string, batch: Batch): void {
    const entry = this.#journal.open(stepKey);
    batch.changes.push({ type: 'step_cancelled', stepKey, attempt: entry.attempts, reason });
    // A run that nobody waits for any more must not go on.
    if (entry.childRunId !== null) giveUp(stepKey, entry.childRunId, reason, batch);
    entry.status = 'cancelled';
  }
}
