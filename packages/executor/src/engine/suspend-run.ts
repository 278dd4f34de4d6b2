import type { WorkflowSuspended } from '@sisyphus-state/store';
import type { Wait } from './batch.js';

/**
 * What parks a run that has nothing to do but wait; null when a wait ends so soon that the process keeps it.
 *
 * `now` is the store's clock as the driver knows it.
 */
export function suspension(waits: readonly Wait[], now: number, parkAfterMs: number): WorkflowSuspended | null {
  const [first, ...others] = waits.map((wait) => ({ wait, dueAt: dueAt(wait, now) }));
  if (first === undefined) return null;
  const soonest = others.reduce((best, each) => (each.dueAt < best.dueAt ? each : best), first);
  if (soonest.dueAt - now <= parkAfterMs) return null;
  return {
    type: 'workflow_suspended',
    wakeAt: least(waits.map(({ wakeAt }) => wakeAt)),
    delayMs: least(waits.map(({ delayMs }) => delayMs)),
    reason: soonest.wait.reason,
  };
}

function dueAt({ wakeAt, delayMs }: Wait, now: number): number {
  return delayMs === null ? (wakeAt ?? Number.POSITIVE_INFINITY) : now + delayMs;
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}
