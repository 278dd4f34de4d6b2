import {
  type EventRow,
  projectedRunColumns,
  projectedStepColumns,
  type RunRow,
  type StepRow,
} from '@sisyphus-state/schema';
import { sha256, spill } from '../codec/spill.js';
import { isChangeType } from './change-fields.js';
import { decodeChange } from './decode-change.js';
import { emptyFold, type Fold, type FoldableEvent, foldEvent } from './fold.js';
import { readSnapshot } from './fork-snapshot.js';

/** A run as `readRun`, `readSteps` and `readEvents` give it: values whole, `…Ref` saying which of them stand in `payloads`. */
export interface VerifiableRun {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  readonly events: readonly FoldableEvent[];
}

/** One place where the log and the tables disagree. */
export interface Discrepancy {
  readonly where: string;
  readonly folded: unknown;
  readonly stored: unknown;
}

/**
 * Folds a run's log and compares it with the tables; an empty list means they agree.
 *
 * Checks every projected column, that `seq` has no gaps and ends at `lastSeq`, that no step settles after it completed,
 * that there is one terminal event between two resumptions, and that every body has the hash it is kept under.
 */
export function verifyRun({ run, steps, events }: VerifiableRun): readonly Discrepancy[] {
  const fold = emptyFold();
  const folded = events.slice(startOfFold(events));
  for (const event of folded) foldEvent(fold, event);
  return [
    ...checkSequence(run, events),
    ...checkLog(folded),
    ...compareRun(fold, run),
    ...compareSteps(fold, steps),
    ...checkBodies(run, steps, events),
  ];
}

/** What stands before the last snapshot is history that somebody else wrote: the draft. */
function startOfFold(events: readonly FoldableEvent[]): number {
  return Math.max(
    0,
    events.findLastIndex(({ type, source }) => source === 'engine' && isSnapshot(type)),
  );
}

function isSnapshot(type: string): boolean {
  return type === 'run_adopted' || type === 'run_forked';
}

const terminalTypes = new Set(['workflow_completed', 'workflow_failed', 'workflow_cancelled']);

function checkSequence(run: RunRow, events: readonly FoldableEvent[]): Discrepancy[] {
  const found = events.flatMap(({ seq }, index): Discrepancy[] =>
    seq === index + 1 ? [] : [{ where: `event ${index + 1}: seq`, folded: index + 1, stored: seq }],
  );
  if (run.lastSeq !== events.length) found.push({ where: 'run.lastSeq', folded: events.length, stored: run.lastSeq });
  return found;
}

function checkLog(events: readonly FoldableEvent[]): Discrepancy[] {
  const found: Discrepancy[] = [];
  const completed = new Set<string>();
  let ended: number | null = null;
  for (const event of events) {
    if (event.source === 'user' || !isChangeType(event.type)) continue;
    if (event.type === 'run_forked') for (const key of carriedBy(event)) completed.add(key);
    if (event.type === 'workflow_resumed' || isSnapshot(event.type)) ended = null;
    else if (ended !== null && event.type !== 'signal_received')
      found.push({ where: `event ${event.seq}: after the end`, folded: `nothing after ${ended}`, stored: event.type });
    if (terminalTypes.has(event.type)) ended = event.seq;
    const again = event.stepKey !== null && completed.has(event.stepKey) && event.type.startsWith('step_');
    if (again) found.push({ where: `event ${event.seq}: ${event.stepKey}`, folded: 'completed', stored: event.type });
    if (event.type === 'step_completed' && event.stepKey !== null) completed.add(event.stepKey);
  }
  return found;
}

/** The steps that a fork has completed from the start: it never runs them again. */
function carriedBy(event: FoldableEvent): readonly string[] {
  const change = decodeChange(event, event.body);
  if (change?.type !== 'run_forked') return [];
  const { steps } = readSnapshot(change.snapshot.inline ?? event.body);
  return steps.filter(({ status }) => status === 'completed').map(({ stepKey }) => stepKey);
}

function compareRun(fold: Fold, run: RunRow): Discrepancy[] {
  if (fold.run === null) return [{ where: 'run', folded: null, stored: run.id }];
  return compareColumns('run', projectedRunColumns, fold.run, storedForm(run, ['input', 'output', 'context']));
}

function compareSteps(fold: Fold, steps: readonly StepRow[]): Discrepancy[] {
  const found: Discrepancy[] = [];
  const stored = new Map(steps.map((step) => [step.stepKey, step]));
  for (const [key, folded] of fold.steps) {
    const row = stored.get(key);
    if (row === undefined) found.push({ where: `step ${key}`, folded: folded.status, stored: null });
    else found.push(...compareColumns(`step ${key}`, projectedStepColumns, folded, storedForm(row, ['result'])));
  }
  for (const key of stored.keys()) {
    if (!fold.steps.has(key)) found.push({ where: `step ${key}`, folded: null, stored: stored.get(key)?.status });
  }
  return found;
}

function compareColumns(
  where: string,
  columns: readonly string[],
  folded: Readonly<Record<string, unknown>>,
  stored: Readonly<Record<string, unknown>>,
): Discrepancy[] {
  return columns
    .filter((column) => folded[column] !== stored[column])
    .map((column) => ({ where: `${where}.${column}`, folded: folded[column], stored: stored[column] }));
}

/** A row with its values back as they are kept: spilled ones null, their hash in `…Ref`. */
function storedForm(row: RunRow | StepRow, values: readonly string[]): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = { ...row };
  for (const name of values) if (record[`${name}Ref`] !== null) record[name] = null;
  return record;
}

function checkBodies(
  run: RunRow,
  steps: readonly StepRow[],
  events: readonly (FoldableEvent & Pick<EventRow, 'payloadRef'>)[],
) {
  const bodies: [where: string, ref: string | null, text: string | null][] = [
    ['run.input', run.inputRef, run.input],
    ['run.output', run.outputRef, run.output],
    ['run.context', run.contextRef, run.context],
    ...steps.map((step): [string, string | null, string | null] => [
      `step ${step.stepKey}.result`,
      step.resultRef,
      step.result,
    ]),
    ...events.map((event): [string, string | null, string | null] => [
      `event ${event.seq}`,
      event.payloadRef,
      event.body,
    ]),
  ];
  return bodies.flatMap(([where, ref, text]): Discrepancy[] => {
    if (ref === null)
      return spill(text).ref === null ? [] : [{ where, folded: 'a reference', stored: 'a large value inline' }];
    if (text === null) return [{ where, folded: ref, stored: 'no body in payloads' }];
    const actual = sha256(text);
    return actual === ref ? [] : [{ where, folded: ref, stored: actual }];
  });
}
