/** The promises that a workflow's function was given and that are not settled, by step key. */
export class OpenCalls {
  readonly #calls = new Map<string, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #asked = new Set<string>();

  /** Gives the promise of a step; it settles when the step's outcome is handed over, or never. */
  open(key: string): Promise<unknown> {
    this.#asked.add(key);
    const promise = new Promise((resolve, reject) => this.#calls.set(key, { resolve, reject }));
    // A step that nobody waits for fails on record, and not as an unhandled rejection of the process.
    promise.catch(() => undefined);
    return promise;
  }

  /** Whether the function waits, or could wait, for a step. */
  isOpen(key: string): boolean {
    return this.#calls.has(key);
  }

  /** Whether the function asked for a step at any time. */
  wasAsked(key: string): boolean {
    return this.#asked.has(key);
  }

  resolve(key: string, value: unknown): void {
    this.#calls.get(key)?.resolve(value);
    this.#calls.delete(key);
  }

  reject(key: string, error: Error): void {
    this.#calls.get(key)?.reject(error);
    this.#calls.delete(key);
  }
}
