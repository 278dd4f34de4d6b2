import type { BreakerDefinition } from './definition.js';
import { breakerShape } from './definition-shape.js';

/** How often in a row the same outcome may come before the run is paused; null: as often as it likes. */
export interface BreakerLimits {
  readonly errors: number | null;
  readonly outputs: number | null;
  /** Nobody asked for the limit of errors: a step's own retry policy may be used up twice, however long that is. */
  readonly isDefault: boolean;
}

/**
 * Without a word from anybody: a step that fails ten times in a row with the same input and the same error gets nowhere, but
 * one that gives the same output as before may be waiting for something to change.
 */
const defaultLimits: BreakerLimits = { errors: 10, outputs: null, isDefault: true };

/** Gives the limits that a definition sets, else those of `fallback`. Throws `RangeError` for what is no breaker. */
export function breakerOf(
  written: BreakerDefinition | undefined,
  fallback: BreakerLimits = defaultLimits,
): BreakerLimits {
  if (written === undefined) return fallback;
  if (!breakerShape.safeParse(written).success)
    throw new RangeError(
      '`breaker` is a whole number from 2, false, or { errors, outputs } with each of them one of these.',
    );
  if (typeof written !== 'object') return { errors: written || null, outputs: written || null, isDefault: false };
  const { errors, outputs } = written;
  return {
    errors: errors === undefined ? fallback.errors : errors || null,
    outputs: outputs === undefined ? fallback.outputs : outputs || null,
    isDefault: errors === undefined && fallback.isDefault,
  };
}
