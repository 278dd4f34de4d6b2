/** The store's clock, as far as a driver knows it: the time of its last commit, and what passed since on the monotonic clock. */
export class StoreTime {
  #at: number;
  #since: number;

  constructor(at: number) {
    this.#at = at;
    this.#since = performance.now();
  }

  /** The instant now, in ms since the epoch; not whole. */
  now(): number {
    return this.#at + (performance.now() - this.#since);
  }

  /** Takes over the time of a commit that was just made. */
  settle(at: number): void {
    this.#at = at;
    this.#since = performance.now();
  }
}
