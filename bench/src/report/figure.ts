import type { ContenderName, Mode } from '../contenders/contender.js';

/** What a ratio should be. */
export interface Aim {
  readonly bound: 'least' | 'most';
  readonly value: number;
}

/** A ratio of two of the values, or of one of them under two conditions: the median over the rounds. */
export interface Ratio {
  /** Reads on from the number: `of raw`, `of the first 500`. */
  readonly of: string;
  readonly value: number;
  readonly aim: Aim | null;
}

/** One value of each contender. */
export interface Row {
  /** Follows on from the figure's `what`: `steps/s`, `last 500, steps/s`. */
  readonly unit: string;
  /** Medians; a contender without such a thing is missing. */
  readonly values: Readonly<Partial<Record<ContenderName, number>>>;
}

/** What was measured, for each contender, and how they compare. */
export interface Figure {
  /** The scenario it belongs to, as `--only` takes it. */
  readonly scenario: string;
  readonly what: string;
  /** Null where nothing is written. */
  readonly mode: Mode | null;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
}

/** Says whether a ratio is what it should be; null where nothing was aimed at. */
export function verdict({ aim, value }: Ratio): 'ok' | 'short' | null {
  if (aim === null) return null;
  return (aim.bound === 'least' ? value >= aim.value : value <= aim.value) ? 'ok' : 'short';
}

/** `value` or more. */
export function atLeast(value: number): Aim {
  return { bound: 'least', value };
}

/** `value` or less. */
export function atMost(value: number): Aim {
  return { bound: 'most', value };
}
