import { decideAnswer, type JsonText, type Question } from '@sisyphus-state/store';
import { encodeAnswer, encodeResolution, type StepResolution } from '../engine/read-answer.js';
import { NotAskedError } from '../errors.js';
import type { Client } from './client.js';

/** Who answers an approval, and what they add to it. */
export interface ApprovalOptions {
  readonly by?: string;
  readonly comment?: string;
}

/** Answers an approval; the first answer holds. Throws `NotAskedError` for any other. */
export function answerApproval(
  client: Client,
  runId: string,
  stepKey: string,
  approved: boolean,
  { by = null, comment = null }: { readonly by?: string | null; readonly comment?: string | null },
): Promise<void> {
  return answer(client, runId, 'approval', stepKey, encodeAnswer({ approved, by, comment }));
}

/** Says what became of a step in doubt. Throws `NotAskedError` when it is in no doubt. */
export async function resolveStep(
  client: Client,
  runId: string,
  stepKey: string,
  outcome: StepResolution,
): Promise<void> {
  return answer(client, runId, 'in_doubt', stepKey, encodeResolution(outcome, client.engine.maxPayloadBytes));
}

async function answer(
  { store }: Client,
  runId: string,
  question: Question,
  stepKey: string,
  text: JsonText,
): Promise<void> {
  const outcome = await store.transact(runId, (snapshot) => decideAnswer(snapshot, question, stepKey, text));
  if (outcome.kind !== 'taken') throw new NotAskedError(runId, stepKey, outcome);
}
