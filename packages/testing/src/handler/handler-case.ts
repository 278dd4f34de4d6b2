/** What the kit needs to know of a handler to try it out. */
export interface HandlerConformanceOptions {
  /** Values for `with` that the handler takes and succeeds on, one or more; functions are called for each use, to prepare a file, say. */
  readonly sampleInputs: readonly unknown[];
  /** Values for `with` that the handler must refuse for good; leave it out for a handler that takes anything. */
  readonly badInputs?: readonly unknown[];
  /** A value for `with` on which the handler would run far longer than a test; leave it out for one that never does. */
  readonly endlessInput?: unknown;
  /** How soon after an abort the call has to be over; default 5,000 ms. */
  readonly abortWithinMs?: number;
}

/** One promise of a handler, and how to find out whether it keeps it. */
export interface HandlerCase {
  readonly name: string;
  /** Rejects with an `AssertionError` where the handler does otherwise. */
  run(): Promise<void>;
}
