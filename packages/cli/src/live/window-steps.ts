import type { StepView } from './step-view.js';

/** The steps that fit on the screen, in order, and how many stand before and after them unseen. */
export interface StepWindow {
  readonly shown: readonly StepView[];
  readonly doneHidden: number;
  readonly openHidden: number;
  readonly toComeHidden: number;
}

/**
 * Chooses the steps to show in `room` lines: all when they fit; else what is going on or went wrong, then what comes next
 * and what ended last, half of the rest each.
 */
export function windowSteps(steps: readonly StepView[], room: number): StepWindow {
  if (steps.length <= room) return { shown: steps, doneHidden: 0, openHidden: 0, toComeHidden: 0 };
  const open = steps.filter(isOpen);
  const done = steps.filter(isDone);
  const toCome = steps.filter((step) => !isOpen(step) && !isDone(step));
  const shownOpen = open.slice(0, Math.max(0, room));
  const rest = Math.max(0, room - shownOpen.length);
  const wantedNext = Math.min(toCome.length, Math.max(Math.ceil(rest / 2), rest - done.length));
  const shownDone = lastEnded(done, rest - wantedNext);
  const chosen = new Set([...shownOpen, ...shownDone, ...toCome.slice(0, wantedNext)]);
  return {
    shown: steps.filter((step) => chosen.has(step)),
    doneHidden: done.length - shownDone.length,
    openHidden: open.length - shownOpen.length,
    toComeHidden: toCome.length - wantedNext,
  };
}

/** Going on, or went wrong: what a watcher looks for. */
function isOpen(step: StepView): boolean {
  return step.retryAt !== null || !(isDone(step) || step.status === 'pending');
}

function isDone({ status }: StepView): boolean {
  return status === 'completed' || status === 'skipped';
}

function lastEnded(done: readonly StepView[], room: number): readonly StepView[] {
  if (room <= 0) return [];
  return [...done].sort((left, right) => (left.finishedAt ?? 0) - (right.finishedAt ?? 0)).slice(-room);
}
