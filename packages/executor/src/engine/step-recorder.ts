import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { Spend } from '@sisyphus-state/schema';
import {
  type JsonText,
  type Metered,
  type StepFailed,
  type StepRetryScheduled,
  type Streaked,
  toStoredError,
  type Usage,
} from '@sisyphus-state/store';
import type { PlanCall, PlanStep } from '../definition/plan.js';
import type { Batch } from './batch.js';
import { giveUp } from './child-steps.js';
import type { Journal, JournalEntry } from './journal.js';
import type { RunGuard } from './run-guard.js';
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

  get guard(): RunGuard {
    return this.#journal.guard;
  }

  /** What may happen to an attempt of the call that was cut off; null when its handler does not say. */
  deliveryOf(call: PlanCall) {
    return call.delivery ?? (call.handler ?? this.#registry.get(call.type))?.delivery ?? null;
  }

  /**
   * Begins an attempt; one that follows a cut-off attempt does not hold that against the step.
   *
   * `reserve` is what its handler may use of the budget; null: no handler will be entered.
   */
  begin({ key, step, call, standsFor }: Unit, inputHash: string | null, batch: Batch, reserve: Spend | null = null) {
    const entry = this.#journal.open(key);
    const cutOff = entry.status === 'running';
    const isNewStep = entry.attempts === 0 && standsFor === null;
    const { meter } = this.guard;
    const runUsage = reserve === null ? meter.cutOff(entry) : meter.begin(entry, reserve, isNewStep);
    entry.status = 'running';
    entry.attempts += 1;
    entry.inputHash = inputHash;
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
      ...(runUsage === null ? null : { reserved: entry.reserved, runUsage }),
    });
  }

  /** `count`: how many times in a row it had this outcome by now; null: nobody counts. */
  complete(stepKey: string, result: JsonText | null, usage: Usage | null, batch: Batch, count: number | null = null) {
    const entry = this.#journal.open(stepKey);
    const settled = this.#settle(entry, usage, count);
    batch.changes.push({ type: 'step_completed', stepKey, attempt: entry.attempts, result, usage, ...settled });
    this.#journal.complete(stepKey, result);
  }

  /** `count` as above. */
  fail(change: StepFailed, batch: Batch, count: number | null = null): void {
    const entry = this.#journal.open(change.stepKey);
    batch.changes.push({ ...change, ...this.#settle(entry, change.usage, count) });
    entry.status = 'failed';
    entry.error = change.error;
  }

  /** An attempt failed, and there will be another. */
  retry(change: StepRetryScheduled, batch: Batch, count: number | null = null): void {
    const entry = this.#journal.open(change.stepKey);
    batch.changes.push({ ...change, ...this.#settle(entry, change.usage, count) });
    entry.status = 'pending';
    // The next attempt of a step that waits for a run starts one of its own.
    entry.childRunId = null;
  }

  /** The attempt of a step that must not run twice was cut off. */
  doubt(stepKey: string, batch: Batch): void {
    const entry = this.#journal.open(stepKey);
    if (entry.status === 'in_doubt') return;
    const runUsage = this.guard.meter.cutOff(entry);
    const { attempts: attempt } = entry;
    batch.changes.push({ type: 'step_in_doubt', stepKey, attempt, ...(runUsage === null ? null : { runUsage }) });
    entry.status = 'in_doubt';
  }

  /** What settling an attempt adds to the change that says so; most add nothing. */
  #settle(entry: JournalEntry, usage: Usage | null, count: number | null): Metered & Streaked {
    const runUsage = this.guard.meter.settle(entry, usage);
    // A streak of one is only worth a word where a longer one is on record.
    const streak = count === null || (count === 1 && entry.streak === null) ? null : count;
    if (streak !== null) entry.streak = streak;
    return { ...(runUsage === null ? null : { runUsage }), ...(streak === null ? null : { streak }) };
  }

  /** What `fail` takes, of a step that failed by other means than an attempt: without a stack, whose frames are the engine's own. */
  failureOf(stepKey: string, error: unknown): StepFailed {
    const { attempts: attempt } = this.#journal.open(stepKey);
    return { type: 'step_failed', stepKey, attempt, error: { ...toStoredError(error), stack: null }, usage: null };
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

  /** `ended`: what the attempt reported before it ended; null: it is waited for no longer, or there is none. */
  cancel(stepKey: string, reason: string, batch: Batch, ended: { readonly usage: Usage | null } | null = null): void {
    const entry = this.#journal.open(stepKey);
    const { meter } = this.guard;
    const runUsage = ended === null ? meter.cutOff(entry) : meter.settle(entry, ended.usage);
    const used = {
      ...(ended?.usage == null ? null : { usage: ended.usage }),
      ...(runUsage === null ? null : { runUsage }),
    };
    batch.changes.push({ type: 'step_cancelled', stepKey, attempt: entry.attempts, reason, ...used });
    // A run that nobody waits for any more must not go on.
    if (entry.childRunId !== null) giveUp(stepKey, entry.childRunId, reason, batch);
    entry.status = 'cancelled';
  }

  /** Takes a failure of this very batch back: the run had ended by then, and the attempt ended with it. Nothing for any other. */
  cancelInstead(stepKey: string, reason: string, batch: Batch): void {
    const at = batch.changes.findIndex((change) => change.type === 'step_failed' && change.stepKey === stepKey);
    const failed = batch.changes[at];
    if (failed?.type !== 'step_failed') return;
    const { attempt, usage, runUsage } = failed;
    const used = { ...(usage === null ? null : { usage }), ...(runUsage === undefined ? null : { runUsage }) };
    batch.changes[at] = { type: 'step_cancelled', stepKey, attempt, reason, ...used };
    this.#journal.open(stepKey).status = 'cancelled';
  }
}
