import type { Workflow, WorkflowDefinition } from '@sisyphus-state/executor';
import type { RunUsage } from '@sisyphus-state/schema';
import { verifyRun } from '@sisyphus-state/store';
import type { EffectLine } from '../support/effects.mjs';
import type { RecordedRun } from './recorded-run.js';

/** Finds everything in a run's record and in its effects that must not be; an empty list is what is promised. */
export function findViolations(
  workflow: Workflow,
  recorded: RecordedRun,
  lines: readonly EffectLine[],
): readonly string[] {
  return [
    ...checkEffects(recorded, lines),
    // Code says itself what it needs, by what it waits for.
    ...('steps' in workflow ? checkOrder(workflow, recorded) : []),
    ...checkUndoing(recorded),
    ...checkTerminals(recorded),
    ...checkUnsettled(recorded),
    ...checkPot(recorded),
    ...checkFold(recorded),
  ];
}

function checkEffects({ steps, events }: RecordedRun, lines: readonly EffectLine[]): string[] {
  const found: string[] = [];
  const started = new Set(
    events.filter(({ type }) => type === 'step_started').map(({ stepKey, attempt }) => `${stepKey} ${attempt}`),
  );
  const attempts = new Map(steps.map((step) => [step.stepKey, step.attempts]));
  const completed = new Set<string>();
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (line.kind === 'completed') {
      completed.add(line.key);
      continue;
    }
    const attempt = `${line.key} ${line.attempt}`;
    counts.set(line.key, (counts.get(line.key) ?? 0) + 1);
    if (completed.has(line.key)) found.push(`executed after its completion: ${attempt}`);
    if (!started.has(attempt)) found.push(`executed without a recorded start: ${attempt}`);
    if (seen.has(attempt)) found.push(`one attempt executed twice: ${attempt}`);
    seen.add(attempt);
  }
  for (const [key, count] of counts)
    if (count > (attempts.get(key) ?? 0))
      found.push(`executed ${count} times with ${attempts.get(key) ?? 0} attempts recorded: ${key}`);
  return found;
}

/** A step starts only once the end of all it needs is in the log. */
function checkOrder({ steps }: WorkflowDefinition, { events, steps: rows }: RecordedRun): string[] {
  const found: string[] = [];
  const needs = new Map(steps.map((step, index) => [step.id, needsOf(step, steps[index - 1])]));
  // What a fork has of its source ended before its log began.
  const settled = new Set(rows.filter(({ settledSeq }) => (settledSeq ?? 1) < 1).map(({ stepKey }) => stepKey));
  const goesOn = new Set(steps.flatMap(({ id, onError }) => (onError === 'continue' ? [id] : [])));
  for (const { type, stepKey } of events) {
    if (stepKey === null) continue;
    const isPassed = type === 'step_failed' && goesOn.has(stepKey);
    if (type === 'step_completed' || type === 'step_skipped' || isPassed) settled.add(stepKey);
    if (type !== 'step_started') continue;
    const missing = needs.get(stepKey.replace(/[[/#].*/, ''))?.filter((need) => !settled.has(need)) ?? [];
    if (missing.length > 0) found.push(`started before the end of what it needs: ${stepKey} (${missing.join(', ')})`);
  }
  return found;
}

function needsOf(
  { needs }: WorkflowDefinition['steps'][number],
  before: WorkflowDefinition['steps'][number] | undefined,
): string[] {
  if (needs === undefined) return before === undefined ? [] : [before.id];
  return needs.map((need) => (typeof need === 'string' ? need : need.step));
}

/** What completed last is undone first, and before that nothing is. */
function checkUndoing({ events }: RecordedRun): string[] {
  const found: string[] = [];
  const completed: string[] = [];
  for (const { type, stepKey, seq } of events) {
    if (stepKey === null) continue;
    const isUndo = stepKey.endsWith('/compensate');
    if (type === 'step_completed' && !isUndo) completed.push(stepKey);
    if (type !== 'step_started' || !isUndo) continue;
    const undone = completed.indexOf(stepKey.replace('/compensate', ''));
    if (undone === -1)
      found.push(`event ${seq} undoes what is not there, or should have been undone before: ${stepKey}`);
    // A second attempt of it may follow.
    completed.length = undone + 1;
  }
  return found;
}

const terminals = new Set(['workflow_completed', 'workflow_failed', 'workflow_cancelled']);

/** Exactly one terminal event between two resumptions, and one at the end. */
function checkTerminals({ events, run }: RecordedRun): string[] {
  const found: string[] = [];
  let ends = 0;
  for (const { type } of events) {
    if (terminals.has(type)) ends += 1;
    if (type !== 'workflow_resumed') continue;
    if (ends > 1) found.push(`${ends} ends before a resumption`);
    ends = 0;
  }
  const isOver = terminals.has(`workflow_${run.status}`);
  if (ends !== (isOver ? 1 : 0)) found.push(`the run is ${run.status} after ${ends} ends`);
  return found;
}

const settling = new Set(['step_completed', 'step_failed', 'step_retry_scheduled', 'step_cancelled']);

/** What is charged without being known is what was kept free for the attempts that were cut off, no more and no less. */
function checkUnsettled({ run, events }: RecordedRun): string[] {
  if (run.usage === null) return [];
  const settled = new Set(
    events.flatMap(({ type, stepKey, attempt }) => (settling.has(type) ? [`${stepKey} ${attempt}`] : [])),
  );
  const cutOff = events.filter(
    ({ type, stepKey, attempt }) => type === 'step_started' && !settled.has(`${stepKey} ${attempt}`),
  );
  const expected = cutOff.reduce((sum, { payload }) => sum + (JSON.parse(payload).reserved?.tokens ?? 0), 0);
  const { unsettled, reserved }: RunUsage = JSON.parse(run.usage);
  const actual = unsettled.tokens + reserved.tokens;
  return actual === expected ? [] : [`${actual} tokens are charged for cut-off attempts that had ${expected}`];
}

/** A run without children has a pot that holds what it used itself. */
function checkPot({ run, pot }: RecordedRun): string[] {
  if (run.budget === null || pot === undefined) return [];
  const { unsettled: _, ...usage }: RunUsage = JSON.parse(run.usage ?? 'null');
  const [own, shared] = [
    JSON.stringify(Object.entries(usage).sort()),
    JSON.stringify(Object.entries(pot?.usage ?? {}).sort()),
  ];
  return own === shared ? [] : [`the run used ${own}, and its pot has ${shared}`];
}

function checkFold(recorded: RecordedRun): string[] {
  return verifyRun(recorded).map(
    ({ where, folded, stored }) =>
      `log and tables differ at ${where}: ${JSON.stringify(folded)} is stored as ${JSON.stringify(stored)}`,
  );
}
