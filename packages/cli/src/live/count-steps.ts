import { count } from '../format/text.js';
import type { RunView } from './run-view.js';

/** What became of the steps while this process had the run. */
export interface StepCounts {
  /** Tried at least once, items of a `foreach` not counted. */
  readonly ran: number;
  readonly skipped: number;
  /** Ended before this process came: their recorded outcomes were taken. */
  readonly doneBefore: number;
}

/** Counts the steps of a view. */
export function countSteps({ steps, touched }: RunView): StepCounts {
  const all = [...steps.values()];
  const skipped = all.filter(({ id, status }) => touched.has(id) && status === 'skipped').length;
  return { ran: touched.size - skipped, skipped, doneBefore: all.filter(({ wasDoneBefore }) => wasDoneBefore).length };
}

/** `5 steps ran, 1 skipped, 2 done before`. */
export function showCounts({ ran, skipped, doneBefore }: StepCounts): string {
  const parts = [`${count(ran, 'step')} ran`];
  if (skipped > 0) parts.push(`${skipped.toLocaleString('en-US')} skipped`);
  if (doneBefore > 0) parts.push(`${doneBefore.toLocaleString('en-US')} done before`);
  return parts.join(', ');
}
