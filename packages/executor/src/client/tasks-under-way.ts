/** Work of an executor that nobody asked to be told of, and that others must not overtake. */
export class TasksUnderWay {
  readonly #open = new Set<Promise<unknown>>();

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Does a task; who calls hears how it ends. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const doing = work();
    this.#open.add(doing);
    try {
      return await doing;
    } finally {
      this.#open.delete(doing);
    }
  }

  /** Waits for the tasks that are under way now, however they end. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }
}
