import { count, cut } from '../format/text.js';
import type { Colors, Symbols } from '../terminal/terminal.js';
import { renderStep } from './render-step.js';
import type { RunView } from './run-view.js';
import { windowSteps } from './window-steps.js';

/** What a picture of a run is made for. */
export interface PictureOptions {
  readonly columns: number;
  /** The most lines it may have. */
  readonly rows: number;
  readonly now: number;
  readonly frame: number;
  readonly isFinal: boolean;
  readonly paint: Colors;
  readonly symbols: Symbols;
}

const widestId = 32;

/** A run as lines of a screen: a line a step, or, when there are too many, those that matter and how many others there are. */
export function renderRun(view: RunView, options: PictureOptions): readonly string[] {
  const { columns, rows, paint } = options;
  const steps = [...view.steps.values()];
  // Two lines are kept for what is not shown.
  const window = windowSteps(steps, steps.length <= rows ? rows : Math.max(1, rows - 2));
  const idWidth = Math.min(widestId, Math.floor(columns / 2), view.idWidth);
  const lines = window.shown.map((step) => renderStep(step, { ...options, idWidth }));
  const before = [
    window.doneHidden > 0 ? `${count(window.doneHidden, 'more step')} done` : null,
    window.openHidden > 0 ? `${window.openHidden.toLocaleString('en-US')} more under way` : null,
  ].filter((part) => part !== null);
  if (before.length > 0) lines.unshift(paint.dim(`  … ${before.join(', ')}`));
  if (window.toComeHidden > 0) lines.push(paint.dim(`  … ${count(window.toComeHidden, 'more step')} to come`));
  // The last cell stays free: some terminals wrap a line that fills it.
  return lines.map((line) => cut(line, Math.max(1, columns - 1)));
}
