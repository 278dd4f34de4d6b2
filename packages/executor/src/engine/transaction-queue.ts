import { encodeValue, type JsonText, type StepCompleted, type StepStarted } from '@sisyphus-state/store';
import { StepValueError } from '../errors.js';
import type { AttemptOutcome } from './attempt.js';
import type { Journal } from './journal.js';
import type { RunCommits } from './run-commits.js';
import type { Unit } from './unit.js';

/** What became of a transaction: what it gave, and when it was committed; or what its function threw, and nothing is kept. */
export type TransactionOutcome =
  | { readonly kind: 'committed'; readonly outcome: AttemptOutcome; readonly at: number }
  | { readonly kind: 'threw'; readonly error: unknown };

/** The units of a run that wait to be carried out, each inside the transaction that records it: one after the other, in the order they were asked for. */
export class TransactionQueue {
  readonly #waiting: Unit[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  add(units: readonly Unit[]): void {
    this.#waiting.push(...units);
  }

  take(): Unit | null {
    return this.#waiting.shift() ?? null;
  }

  /** Nothing of them is on record: whoever goes on with the run asks for them again. */
  clear(): void {
    this.#waiting.length = 0;
  }
}

/**
 * Carries out a unit's function in the transaction that says that it began and completed: both are kept, or neither.
 *
 * Rejects when the right to write the run is lost, or the store can't be written.
 */
export async function runTransaction(
  unit: Unit,
  {
    journal,
    commits,
    maxBytes,
  }: { readonly journal: Journal; readonly commits: RunCommits; readonly maxBytes: number },
): Promise<TransactionOutcome> {
  const transact = unit.call.transact ?? (() => undefined);
  const attempt = (journal.get(unit.key)?.attempts ?? 0) + 1;
  let result: JsonText | null = null;
  let thrown: { readonly error: unknown } | null = null;
  const changesFor = (value: unknown): readonly [StepStarted, StepCompleted<JsonText | null>] => {
    result = encodeValue(value, { what: `result of step "${unit.key}"`, maxBytes });
    const runUsage = journal.guard.meter.afterWhole(attempt === 1);
    const completed = { type: 'step_completed', stepKey: unit.key, attempt, result, usage: null } as const;
    return [started(unit, attempt), runUsage === null ? completed : { ...completed, runUsage }];
  };
  const note = (error: unknown): never => {
    thrown = { error };
    throw error;
  };
  try {
    const at = await commits.commitWith((tx) => {
      thrown = null;
      try {
        const value = transact(tx);
        if (isPromiseLike(value) && commits.isSynchronous) throw asynchronous(unit.key);
        return isPromiseLike(value) ? Promise.resolve(value).then(changesFor).catch(note) : changesFor(value);
      } catch (error) {
        return note(error);
      }
    });
    return { kind: 'committed', outcome: { kind: 'completed', result, usage: null }, at };
  } catch (error) {
    // Read anew: the function may have been called, and have thrown, since.
    const last = thrown as { readonly error: unknown } | null;
    if (last !== null && last.error === error) return { kind: 'threw', error };
    throw error;
  }
}

function asynchronous(stepKey: string): StepValueError {
  return new StepValueError(
    `Transaction "${stepKey}" returned a promise: SQLite's transactions are synchronous, so write its function without async and await. What it wrote before it first waited was undone.`,
    { details: { stepKey } },
  );
}

function started({ key: stepKey, step, call }: Unit, attempt: number): StepStarted {
  const nothing = { delivery: null, inputHash: null, itemCount: null, attemptsBase: null };
  return { type: 'step_started', stepKey, attempt, stepId: step.id, stepType: call.type, ...nothing };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
