import { isPlainObject } from '../engine/deep-freeze.js';
import type { Journal } from '../engine/journal.js';

type Context = Readonly<Record<string, unknown>>;

/** The context of a run of code: its input, then the plain-object results of its steps in the order in which they were handed over. */
export class CodeContexts {
  readonly #journal: Journal;
  #context: Context;
  #added: string[] = [];

  constructor(journal: Journal, input: unknown) {
    this.#journal = journal;
    this.#context = Object.freeze(isPlainObject(input) ? { ...input } : {});
  }

  /** A step's result was handed over; it is read when somebody asks. */
  add(key: string): void {
    this.#added.push(key);
  }

  /** The context as it stands, frozen. */
  now(): Context {
    const results = this.#added.splice(0).map((key) => this.#journal.get(key)?.result);
    const merged = results.filter(isPlainObject);
    if (merged.length === 0) return this.#context;
    // By entries, not assignments: `__proto__` is copied as the plain key it is.
    const entries = new Map(Object.entries(this.#context));
    for (const result of merged) for (const [key, value] of Object.entries(result)) entries.set(key, value);
    this.#context = Object.freeze(Object.fromEntries(entries));
    return this.#context;
  }
}
