/**
 * The claims of an executor whose runs it does not drive yet: a run that was just taken looks, until then, like one that was
 * left by a driver whose last write failed.
 */
export class ClaimsUnderWay {
  readonly #open = new Set<Promise<unknown>>();

  /** Does what claims runs and has them driven. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const doing = work();
    this.#open.add(doing);
    try {
      return await doing;
    } finally {
      this.#open.delete(doing);
    }
  }

  /** Waits for the claims that are under way now, however they end. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }
}
