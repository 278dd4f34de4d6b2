import type { StepState } from '@sisyphus-state/store';
import { paintStatus } from '../format/status.js';
import { layOutTable } from '../format/table.js';
import { count, firstLine, oneLine } from '../format/text.js';
import { showDuration, showMoment } from '../format/time.js';
import type { Terminal } from '../terminal/terminal.js';
import type { ShownRun } from './shown-run.js';

/** Items of a `foreach` that did not go well are shown, but not by the hundred. */
const mostItems = 10;

/** The table of steps; the items of a `foreach` stand under it, those that went well only when all are asked for. */
export function showStepLines({ state, pending, all }: ShownRun, terminal: Terminal): readonly string[] {
  const { paint, columns: width } = terminal;
  const now = terminal.now();
  const items = groupItems(state.steps);
  const rows = state.steps
    .filter((step) => !isItem(step))
    .flatMap((step) => {
      const own = items.get(step.stepId) ?? [];
      const shown = all ? own : own.filter(({ status }) => status !== 'completed').slice(0, mostItems);
      return [toRow(step, own, now), ...shown.map((item) => toRow(item, [], now))];
    });
  for (const { id, type } of pending) rows.push([oneLine(id), oneLine(type), 'pending', '', '', '']);
  const columns = [
    { title: 'STEP' },
    { title: 'TYPE' },
    { title: 'STATUS' },
    { title: 'ATTEMPTS', align: 'right' },
    { title: 'TOOK', align: 'right' },
    { title: '', gives: true },
  ] as const;
  const painted = rows.map(([key = '', type = '', status = '', ...rest]) => [
    key,
    type,
    paintWord(status, terminal),
    ...rest,
  ]);
  return layOutTable(painted, { columns, width, paintTitle: paint.dim });
}

function isItem({ stepKey, stepId }: StepState): boolean {
  return stepKey !== stepId;
}

function groupItems(steps: readonly StepState[]): ReadonlyMap<string, readonly StepState[]> {
  const groups = new Map<string, StepState[]>();
  for (const step of steps) {
    if (!isItem(step)) continue;
    const group = groups.get(step.stepId);
    if (group === undefined) groups.set(step.stepId, [step]);
    else group.push(step);
  }
  for (const group of groups.values()) group.sort((left, right) => indexOf(left) - indexOf(right));
  return groups;
}

function indexOf({ stepKey, stepId }: StepState): number {
  return Number.parseInt(stepKey.slice(stepId.length + 1), 10) || 0;
}

function toRow(step: StepState, items: readonly StepState[], now: number): readonly string[] {
  const { stepKey, type, status, attempts, startedAt, finishedAt } = step;
  const isGroup = step.itemCount !== null;
  const took = startedAt === null ? '' : showDuration((finishedAt ?? now) - startedAt);
  const name = isItem(step) ? `  ${oneLine(stepKey)}` : oneLine(stepKey);
  // A `foreach` has no attempts of its own: its items have.
  const tried = isGroup || attempts === 0 ? '' : String(attempts);
  return [name, oneLine(type), status, tried, took, isGroup ? describeGroup(step, items) : describe(step, now)];
}

function describe({ status, wakeAt, error, childRunId }: StepState, now: number): string {
  const run = childRunId === null ? '' : `run ${childRunId}`;
  const said = error === null ? run : firstLine(error.message);
  if (wakeAt === null || (status !== 'waiting' && status !== 'pending')) return said;
  const when = `${status === 'pending' ? 'next attempt' : 'until'} ${showMoment(wakeAt, now)}`;
  return said === '' ? when : `${when}: ${said}`;
}

function describeGroup(step: StepState, items: readonly StepState[]): string {
  const total = step.itemCount ?? 0;
  const done = items.filter(({ status }) => status === 'completed').length;
  const counter = done === total ? count(total, 'item') : `${done}/${count(total, 'item')}`;
  return step.error === null ? counter : `${counter}: ${firstLine(step.error.message)}`;
}

function paintWord(status: string, { paint }: Terminal): string {
  return status === '' ? '' : paintStatus(status as StepState['status'], paint); // rows hold statuses in this cell
}
