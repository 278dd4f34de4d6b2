import { type StoredEvent, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import type { EffectLine } from '../support/effects.mjs';
import type { Told } from './racer.js';
import type { Round } from './run-round.js';

/** What a racer may be told when somebody else was faster. */
const expectedCodes = new Set([
  ...['RUN_HELD', 'NOT_ASKED', 'LEASE_LOST', 'RUN_RELEASED'],
  ...['WORKFLOW_CANCELLED', 'WORKFLOW_FAILED', 'DEADLINE_EXCEEDED'],
]);

/** Finds all that must not be after a round, whoever was faster. */
export async function checkRound(
  { runId, told, found }: Round,
  store: WorkflowStore,
  effects: readonly EffectLine[],
): Promise<readonly string[]> {
  const [run, steps, events] = [
    await store.readRun(runId),
    await store.readSteps(runId),
    await store.readEvents(runId),
  ];
  if (run === null) return ['the run is gone'];
  const folded = verifyRun({ run, steps, events }).map(({ where }) => `log and tables differ: ${where}`);
  return [
    ...found,
    ...folded,
    ...checkEnds(events),
    ...checkTold(told, events),
    ...checkEffects(events, effects, runId),
  ];
}

/** Exactly one terminal event between two resumptions. */
function checkEnds(events: readonly StoredEvent[]): string[] {
  const ends = [0];
  for (const { type } of events) {
    if (type === 'workflow_resumed') ends.push(0);
    if (isEnd(type)) ends.push((ends.pop() ?? 0) + 1);
  }
  const last = ends.at(-1);
  const twice = ends.filter((count) => count > 1).map((count) => `${count} ends between two resumptions`);
  return last === 1 ? twice : [...twice, `${last} ends at the end`];
}

function isEnd(type: string): boolean {
  return type === 'workflow_completed' || type === 'workflow_failed' || type === 'workflow_cancelled';
}

/** What was said to whom is what is in the log. */
function checkTold(told: readonly Told[], events: readonly StoredEvent[]): string[] {
  const found = told
    .filter(({ code }) => code !== null && !expectedCodes.has(code))
    .map(({ deed, value }) => `${deed} was told: ${String(value)}`);
  const inLog = (type: string, name?: string): number =>
    events.filter((event) => event.type === type && (name === undefined || JSON.parse(event.payload).name === name))
      .length;
  const compare = (what: string, count: number, logged: number): void => {
    if (count !== logged) found.push(`${count} ${what}, and the log has ${logged}`);
  };
  const answers = told.filter(({ deed, code }) => (deed === 'approve' || deed === 'reject') && code === null).length;
  compare('signals were received', told.filter(isOfKind('signal', 'received')).length, inLog('signal_received', 'go'));
  compare('answers were taken', answers, inLog('signal_received', 'approval:ok'));
  const asked = events.filter(({ type, stepKey }) => type === 'step_waiting' && stepKey === 'ok').length;
  if (answers > asked) found.push(`${answers} answers were taken to ${asked} questions`);
  const outright = events.filter(({ type, worker }) => type === 'workflow_cancelled' && worker === null).length;
  compare('cancels ended the run outright', told.filter(isOfKind('cancel', 'cancelled')).length, outright);
  return found;
}

function isOfKind(deed: Told['deed'], kind: string) {
  return (told: Told): boolean => {
    const { value } = told;
    return told.deed === deed && typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
  };
}

/** No attempt is made twice, none that the log does not know of, and none of a step that has completed. */
function checkEffects(events: readonly StoredEvent[], effects: readonly EffectLine[], runId: string): string[] {
  const started = new Set(
    events.filter(({ type }) => type === 'step_started').map(({ stepKey, attempt }) => `${stepKey} ${attempt}`),
  );
  const made = effects
    .filter((line) => line.runId === runId)
    .map((line) => `${line.key} ${line.kind === 'effect' ? line.attempt : ''}`);
  const twice = made.filter((attempt, index) => made.indexOf(attempt) !== index);
  const unknown = made.filter((attempt) => !started.has(attempt));
  return [
    ...twice.map((attempt) => `made twice: ${attempt}`),
    ...unknown.map((attempt) => `not in the log: ${attempt}`),
  ];
}
