import { isTerminal, type RunStatus, type StepStatus } from '@sisyphus-state/schema';
import type { JsonText } from '../codec/encode-value.js';
import type { Decision, RunSnapshot } from '../store-types.js';
import { deliver } from './decide-signal.js';

/** A question that a step waits with: an approval, or a step in doubt. */
export type Question = 'approval' | 'in_doubt';

/**
 * What an answer did: it was taken in, or it came too late.
 *
 * `answered`: somebody else's came first. `not_asked`: the run has ended, or that step waits for no such answer.
 */
export type AnswerOutcome =
  | { readonly kind: 'taken' | 'answered' }
  | { readonly kind: 'not_asked'; readonly runStatus: RunStatus; readonly stepStatus: StepStatus | null };

/** Decides on an answer from outside: each question takes one, the first. */
export function decideAnswer(
  snapshot: RunSnapshot,
  question: Question,
  stepKey: string,
  answer: JsonText,
): Decision<AnswerOutcome> {
  const { run, openSteps, mail } = snapshot;
  const step = openSteps.find((open) => open.stepKey === stepKey) ?? null;
  const isAsked = step !== null && !isTerminal(run.status) && asks(question, step.type, step.status);
  if (!isAsked)
    return { changes: [], value: { kind: 'not_asked', runStatus: run.status, stepStatus: step?.status ?? null } };
  if (mail.some(({ kind, name }) => kind === question && name === stepKey))
    return { changes: [], value: { kind: 'answered' } };
  const decision = deliver(snapshot, { kind: question, name: stepKey, payload: answer }, `${question}:${stepKey}`);
  return { ...decision, value: { kind: 'taken' } };
}

function asks(question: Question, type: string, status: StepStatus): boolean {
  return question === 'in_doubt' ? status === 'in_doubt' : type === 'approval' && status === 'waiting';
}
