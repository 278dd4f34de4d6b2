import type { Model } from './command.js';
import { isSettled } from './model-step.js';

/** What a search has to reach of each form for it to say anything. */
export const reachable: readonly string[] = (['data', 'code'] as const).flatMap((form) =>
  [
    ...['pending', 'waiting', 'paused', 'completed', 'failed', 'cancelled', 'undone', 'crashed', 'a fork with steps'],
    ...['step pending', 'step waiting', 'step completed', 'step failed', 'step cancelled', 'step in_doubt'],
    ...['gone on from a failure', 'branches that all completed', 'a branch that was stopped by another'],
  ].map((what) => `${form}: ${what}`),
);

/** Puts down what was reached. */
export function note({ runs, seen }: Model): void {
  for (const { flow, places, steps, status, isUndone, crashes } of runs) {
    const add = (what: string) => seen.add(`${flow.form}: ${what}`);
    add(status);
    for (const place of places) {
      const step = steps[place.index];
      if (step?.status === null || step === undefined) continue;
      add(`step ${step.status}`);
      if (step.isCarried) add('a fork with steps');
      if (step.status === 'failed' && isSettled(place, step)) add('gone on from a failure');
      const isBeside = (flow.stages[place.stage]?.length ?? 0) > 1;
      if (isBeside && status === 'completed') add('branches that all completed');
      if (isBeside && status === 'failed' && step.status === 'cancelled') add('a branch that was stopped by another');
    }
    if (isUndone) add('undone');
    if (crashes > 0) add('crashed');
  }
}
