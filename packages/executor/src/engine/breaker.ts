import type { StoredError } from '@sisyphus-state/schema';
import { sha256 } from '@sisyphus-state/store';
import type { BreakerLimits } from '../definition/breaker-of.js';

/** One outcome of a step: what went in, and a text that is the same for the same error or output. */
export interface Outcome {
  readonly stepId: string;
  readonly inputHash: string | null;
  readonly kind: 'error' | 'output';
  readonly text: string;
}

/** The last outcome of a step for an input, and how many times in a row it came. */
export interface Streak {
  readonly print: string;
  readonly count: number;
}

/** What shows that a run makes no progress. */
export interface Deadlock {
  readonly stepId: string;
  readonly kind: Outcome['kind'];
  readonly inputHash: string | null;
  /** How many times in a row. */
  readonly times: number;
  /** SHA-256 of what was the same every time: the error's name, code and message, or the output. */
  readonly sameHash: string;
}

/** Tells a run that makes no progress: the same step with the same input has the same outcome again and again. */
export class Breaker {
  readonly #limits: BreakerLimits;
  /** By step and input; made from what is on record when the first outcome comes. */
  #streaks: Map<string, Streak> | null = null;
  readonly #recorded: () => ReadonlyMap<string, Streak>;

  constructor(limits: BreakerLimits, recorded: () => ReadonlyMap<string, Streak>) {
    this.#limits = limits;
    this.#recorded = recorded;
  }

  /** Whether outcomes of this kind are of interest: to look at outputs costs a hash of each. */
  watches(kind: Outcome['kind']): boolean {
    return (kind === 'error' ? this.#limits.errors : this.#limits.outputs) !== null;
  }

  /** An outcome of a kind that nobody watches: what came before is in a row no more. */
  reset(outcome: Pick<Outcome, 'stepId' | 'inputHash'>): void {
    const known = this.#known();
    // The way of nearly every step of every run.
    if (known.size > 0) known.delete(streakKey(outcome));
  }

  /**
   * Takes an outcome in: how many times in a row it came by now, and the evidence when that is too often.
   *
   * `attempts` is how often the step's own policy tries it: unless somebody asked for less, it may be used up twice.
   */
  add(outcome: Outcome, attempts: number): { readonly count: number; readonly deadlock: Deadlock | null } {
    const { stepId, kind, inputHash } = outcome;
    const [key, print] = [streakKey(outcome), printOf(outcome)];
    const before = this.#known().get(key);
    const count = before?.print === print ? before.count + 1 : 1;
    const limit = this.#limitOf(kind, attempts);
    const isDeadlocked = count >= limit;
    // Somebody who resumes the run has seen it: the count begins anew.
    this.#known().set(key, { print, count: isDeadlocked ? 1 : count });
    const deadlock = isDeadlocked ? { stepId, kind, inputHash, times: count, sameHash: sha256(outcome.text) } : null;
    return { count: isDeadlocked ? 1 : count, deadlock };
  }

  #limitOf(kind: Outcome['kind'], attempts: number): number {
    const { errors, outputs, isDefault } = this.#limits;
    const limit = (kind === 'error' ? errors : outputs) ?? Number.POSITIVE_INFINITY;
    return kind === 'error' && isDefault ? Math.max(limit, 2 * attempts) : limit;
  }

  #known(): Map<string, Streak> {
    this.#streaks ??= new Map(this.#recorded());
    return this.#streaks;
  }
}

/**
 * What outcomes are counted under: items of a `foreach` that fail in turn do not hide each other. Code that asks for a step
 * again and again gives it the ids `poll`, `poll#2`, …: that is one step.
 */
export function streakKey({ stepId, inputHash }: Pick<Outcome, 'stepId' | 'inputHash'>): string {
  return `${stepId.replace(/#\d+$/, '')}\n${inputHash ?? ''}`;
}

/** What tells outcomes of one step and input apart. */
export function printOf({ kind, text }: Pick<Outcome, 'kind' | 'text'>): string {
  return `${kind}:${sha256(text)}`;
}

/** What is the same of two errors that are the same. */
export function errorText({ name, code, message }: Pick<StoredError, 'name' | 'code' | 'message'>): string {
  return JSON.stringify([name, code, message]);
}
