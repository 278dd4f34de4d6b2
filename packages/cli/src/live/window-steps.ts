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
  const { open, done, toCome } = sortOut(steps);
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

interface SortedSteps {
  /** Going on, or went wrong: what a watcher looks for. */
  readonly open: StepView[];
  readonly done: StepView[];
  readonly toCome: StepView[];
}

function sortOut(steps: readonly StepView[]): SortedSteps {
  const sorted: SortedSteps = { open: [], done: [], toCome: [] };
  for (const step of steps) {
    const { status, retryAt } = step;
    if (retryAt !== null) sorted.open.push(step);
    else if (status === 'completed' || status === 'skipped') sorted.done.push(step);
    else if (status === 'pending') sorted.toCome.push(step);
    else sorted.open.push(step);
  }
  return sorted;
}

/** In one pass: a picture is drawn twelve times a second, and a run may have thousands of steps. */
function lastEnded(done: readonly StepView[], room: number): readonly StepView[] {
  const last: StepView[] = [];
  if (room <= 0) return last;
  for (const step of done) {
    let at = last.length;
    while (at > 0 && endOf(last[at - 1]) > endOf(step)) at -= 1;
    if (at === 0 && last.length === room) continue;
    last.splice(at, 0, step);
    if (last.length > room) last.shift();
  }
  return last;
}

function endOf(step: StepView | undefined): number {
  return step?.finishedAt ?? 0;
}
