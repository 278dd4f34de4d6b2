/**
 * Until when a run's lease may be renewed by a thread that knows nothing of its steps: the earliest instant at which an
 * attempt under way will have outrun its timeout, and a grace.
 *
 * An event loop that turns ends such an attempt in time, and the limit goes with it. One that is blocked past it is not
 * known to come back: then the lease runs out, and somebody else takes the run. An attempt without a timeout sets no limit.
 */
export class AttemptLimits {
  readonly #graceMs: number;
  readonly #onChange: (instant: number | null) => void;
  readonly #limits = new Map<string, number>();
  #earliest: number | null = null;

  /** `onChange` hears of the limit, an instant of `performance.now()`, whenever it is another; null: there is none. */
  constructor(graceMs: number, onChange: (instant: number | null) => void) {
    this.#graceMs = graceMs;
    this.#onChange = onChange;
  }

  /** An attempt begins now. */
  began(stepKey: string, timeoutMs: number | null): void {
    if (timeoutMs === null) return;
    const limit = performance.now() + timeoutMs + this.#graceMs;
    this.#limits.set(stepKey, limit);
    if (this.#earliest === null || limit < this.#earliest) this.#set(limit);
  }

  /** An attempt was reported, whatever its handler still does. */
  ended(stepKey: string): void {
    const limit = this.#limits.get(stepKey);
    if (limit === undefined) return;
    this.#limits.delete(stepKey);
    if (limit === this.#earliest) this.#set(earliestOf(this.#limits.values()));
  }

  #set(limit: number | null): void {
    this.#earliest = limit;
    this.#onChange(limit);
  }
}

function earliestOf(limits: Iterable<number>): number | null {
  let earliest: number | null = null;
  for (const limit of limits) if (earliest === null || limit < earliest) earliest = limit;
  return earliest;
}
