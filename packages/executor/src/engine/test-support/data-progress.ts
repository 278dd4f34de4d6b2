import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { Plan } from '../../definition/plan.js';
import type { DrivenRun } from '../driver-types.js';
import { dataProgress, RunProgress } from '../run-progress.js';

/** The progress of a run through a plan, with a clock that stands still. */
export function dataProgressOf(
  plan: Plan,
  run: Omit<DrivenRun, 'makeProgress'>,
  { registry, now = 1000, random = () => 0.5 }: { registry: HandlerRegistry; now?: number; random?: () => number },
): RunProgress {
  const ports = { registry, random, now, clock: () => now, maxPayloadBytes: 1000, changed: () => undefined };
  return new RunProgress(plan, { ...run, makeProgress: dataProgress(plan) }, ports);
}
