/** What a handler did outside the store: the attempt `attempt` of step `key` of run `runId`. */
export interface Effect {
  readonly kind: 'effect';
  readonly runId: string;
  readonly key: string;
  readonly attempt: number;
}

/** A line that the test wrote between effects: from here on the step's completion is known to be in the store. */
export interface CompletedMark {
  readonly kind: 'completed';
  readonly runId: string;
  readonly key: string;
}

export type EffectLine = Effect | CompletedMark;

/** Appends a line to the file; an effect is on the disk before it returns. */
export function appendEffect(file: string, line: EffectLine): void;
/** All lines, in the order they were written. */
export function readEffects(file: string): EffectLine[];
