import type { StepStatus } from '../../../model/statuses.js';
import type { StepRow } from '../../../model/step-row.js';
import type { StoredError } from '../../../model/stored-error.js';
import { draftInstant } from './draft-instant.js';
import type { DraftStep } from './draft-tables.js';
import { countOf, type DraftJson, jsonOf, propertyOf, textOf } from './draft-values.js';
import type { KeptValue, PayloadKeeper } from './payload-keeper.js';
import { noHistory, type StepHistory } from './step-history.js';

/** What a step's row is made with besides the draft's own. */
export interface StepContext {
  readonly runId: string;
  readonly runUpdatedAt: number;
  readonly histories: ReadonlyMap<string, StepHistory>;
  /** The `seq` of the `run_adopted` event: it settles a step of which the log says nothing. */
  readonly adoptedSeq: number;
  readonly keeper: PayloadKeeper;
}

const longestMessage = 2000;

/** Makes the new row of a step: what was cut off in the middle is to be done again. */
export function adoptStep(step: DraftStep, context: StepContext): StepRow {
  const stepKey = textOf(step.stepId);
  const history = context.histories.get(stepKey) ?? noHistory;
  const status = statusOf(step.status);
  const isSettled = status === 'completed' || status === 'failed';
  const updatedAt = draftInstant(step.updatedAt) ?? context.runUpdatedAt;
  const outcome = outcomeOf(status, jsonOf(step.result), history, context.keeper);
  return {
    runId: context.runId,
    stepKey,
    stepId: stepKey,
    type: 'unknown',
    status,
    result: outcome.result.inline,
    resultRef: outcome.result.ref,
    error: outcome.error,
    attempts: Math.max(countOf(step.attempts), history.starts),
    attemptsBase: 0,
    delivery: null,
    inputHash: null,
    itemCount: null,
    wakeAt: null,
    childRunId: null,
    usage: null,
    reserved: null,
    streak: null,
    settledSeq: isSettled ? (history.settledSeq ?? context.adoptedSeq) : null,
    startedAt: history.firstStartedAt,
    finishedAt: isSettled ? updatedAt : null,
    updatedAt,
  };
}

function statusOf(cell: unknown): StepStatus {
  return cell === 'completed' || cell === 'failed' ? cell : 'pending';
}

function outcomeOf(
  status: StepStatus,
  json: DraftJson | null,
  history: StepHistory,
  keeper: PayloadKeeper,
): { readonly result: KeptValue; readonly error: string | null } {
  const nothing = { inline: null, ref: null };
  if (status === 'failed') return { result: nothing, error: JSON.stringify(storedError(json)) };
  if (json !== null || status !== 'completed') return { result: keeper.keep(json?.text ?? null), error: null };
  // The draft stored 0, "", false and null as no result; its log has them still.
  const logged = propertyOf(history.completion, 'result');
  return { result: keeper.keep(logged === undefined ? null : JSON.stringify(logged)), error: null };
}

function storedError(json: DraftJson | null): StoredError {
  return {
    name: 'Error',
    message: clip(messageOf(json)),
    code: null,
    retryable: null,
    details: null,
    stack: null,
    cause: null,
  };
}

/** The draft kept `{ error: message }`, and `{}` for a thrown value without one. */
function messageOf(json: DraftJson | null): string {
  const error = propertyOf(json?.value, 'error');
  if (typeof error === 'string') return error;
  if (error !== undefined) return JSON.stringify(error);
  if (json === null || json.text === '{}') return 'The step failed; what it threw had no message.';
  return json.text;
}

function clip(text: string): string {
  if (text.length <= longestMessage) return text;
  // Not between the halves of a surrogate pair.
  return `${text.slice(0, longestMessage).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
