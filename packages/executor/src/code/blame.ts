import { StepFailedError } from '../errors.js';

const maxDepth = 8;

/** The key of the step whose failure an error tells of, itself or as one of its causes; null when it tells of none. */
export function stepKeyOf(error: unknown): string | null {
  let cause = error;
  for (let depth = 0; depth < maxDepth && cause instanceof Error; depth += 1) {
    if (cause instanceof StepFailedError) return cause.stepKey;
    cause = cause.cause;
  }
  return null;
}
