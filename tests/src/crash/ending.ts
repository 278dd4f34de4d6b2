import type { RunUsage } from '@sisyphus-state/schema';
import type { RecordedRun } from './recorded-run.js';

/** What a caller was given of a run's end. */
export interface CallerEnd {
  readonly result: unknown;
  readonly error: unknown;
}

/** A run's end as one text, to be compared byte for byte: everything but its id, times, fences, attempts and workers. */
export function endingOf({ run, steps }: RecordedRun, caller: CallerEnd): string {
  const { status, reason, input, output, context, error } = run;
  const kept = steps.map(({ stepKey, stepId, type, status, result, error, itemCount, inputHash }) => {
    return { stepKey, stepId, type, status, result, error, itemCount, inputHash };
  });
  // Steps that run side by side may start in either order.
  kept.sort((a, b) => (a.stepKey < b.stepKey ? -1 : 1));
  const told = { result: caller.result, error: describe(caller.error) };
  const ending = {
    run: { status, reason, input, output, context, error, usage: settledUsage(run.usage) },
    steps: kept,
    told,
  };
  // Errors name their run.
  return JSON.stringify(ending, null, 1).replaceAll(run.id, '<run>');
}

/** What a run used but for what was charged for attempts that were cut off; how many attempts there were is left out, as above. */
function settledUsage(text: string | null): unknown {
  if (text === null) return null;
  const { steps, tokens, cost, reserved, unsettled }: RunUsage = JSON.parse(text);
  return { steps, tokens: tokens - unsettled.tokens, cost: cost - unsettled.cost, reserved };
}

/** An error and its causes, without stacks: those of the caller say where it stood, not what happened. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  return { name, message, ...Object.fromEntries(Object.entries(error)), cause: describe(cause) };
}
