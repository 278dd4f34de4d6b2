import { SisyphusError, type StoredError } from '@sisyphus-state/schema';
import type { AnswerOutcome } from '@sisyphus-state/store';
import { suggestName } from './definition/closest.js';

/** A step failed for good; built from the stored error, so that it is the same live and replayed. */
export class StepFailedError extends SisyphusError {
  readonly code = 'STEP_FAILED';
  readonly stepKey: string;
  readonly error: StoredError;
  constructor(runId: string, stepKey: string, error: StoredError) {
    super(`Step "${stepKey}" of run ${runId} failed: ${error.message}`, {
      cause: fromStoredError(error),
      details: { runId, stepKey, code: error.code },
    });
    this.stepKey = stepKey;
    this.error = error;
  }
}

/** The run ended as failed. `cause` is the `StepFailedError`; after mending what was wrong, resume the run. */
export class WorkflowFailedError extends SisyphusError {
  readonly code = 'WORKFLOW_FAILED';
  readonly runId: string;
  readonly stepKey: string | null;
  constructor(runId: string, stepKey: string | null, error: StoredError) {
    const where = stepKey === null ? '' : ` at step "${stepKey}"`;
    super(
      `Run ${runId} failed${where}: ${error.message.replace(/\.$/, '')}. Mend the cause, then resume(${JSON.stringify(runId)}): completed steps are not run again.`,
      {
        cause: stepKey === null ? fromStoredError(error) : new StepFailedError(runId, stepKey, error),
        details: { runId, stepKey, code: error.code },
      },
    );
    this.runId = runId;
    this.stepKey = stepKey;
  }
}

/** The run was cancelled. */
export class WorkflowCancelledError extends SisyphusError {
  readonly code = 'WORKFLOW_CANCELLED';
  readonly runId: string;
  constructor(runId: string, reason: string | null) {
    super(`Run ${runId} was cancelled${reason === null ? '' : `: ${reason}`}.`, { details: { runId, reason } });
    this.runId = runId;
  }
}

/** The run did not end before its deadline. To go on with it all the same, resume it with another: `resume(runId, undefined, { deadline })`. */
export class DeadlineExceededError extends SisyphusError {
  readonly code = 'DEADLINE_EXCEEDED';
  readonly retryable = false;
  readonly runId: string;
  readonly deadlineAt: number;
  constructor(runId: string, deadlineAt: number) {
    super(
      `Run ${runId} did not end before its deadline, ${new Date(deadlineAt).toISOString()}. To go on with it, give it another: resume(${JSON.stringify(runId)}, undefined, { deadline: "1h" }), or \`sisyphus resume ${runId} --deadline 1h\`.`,
      { details: { runId, deadlineAt } },
    );
    this.runId = runId;
    this.deadlineAt = deadlineAt;
  }
}

/** This executor gave the run back before it ended; whoever resumes it goes on from its checkpoint. */
export class RunReleasedError extends SisyphusError {
  readonly code = 'RUN_RELEASED';
  readonly runId: string;
  constructor(runId: string) {
    super(
      `Run ${runId} was given back unfinished because its executor stopped. Resume it to go on from its checkpoint.`,
      {
        details: { runId },
      },
    );
    this.runId = runId;
  }
}

/** An attempt took longer than its step's `timeout`. The policy decides on another. */
export class StepTimeoutError extends SisyphusError {
  readonly code = 'STEP_TIMEOUT';
  constructor(stepKey: string, timeoutMs: number) {
    super(`Step "${stepKey}" took longer than its timeout of ${timeoutMs} ms.`, { details: { stepKey, timeoutMs } });
  }
}

/** A step in doubt was resolved as failed: somebody found that its effect did not happen, or is of no use. */
export class ResolvedAsFailedError extends SisyphusError {
  readonly code = 'RESOLVED_AS_FAILED';
  readonly retryable = false;
  constructor(stepKey: string, why: string) {
    super(`Step "${stepKey}" was in doubt and resolved as failed: ${why}`, { details: { stepKey } });
  }
}

/** What a step waited for did not come in time. */
export class WaitTimeoutError extends SisyphusError {
  readonly code = 'WAIT_TIMEOUT';
  readonly retryable = false;
  constructor(stepKey: string, name: string, timeoutMs: number) {
    super(`Step "${stepKey}" waited ${timeoutMs} ms for "${name}", and it did not come.`, {
      details: { stepKey, name, timeoutMs },
    });
  }
}

/** Somebody said no to an approval. */
export class ApprovalRejectedError extends SisyphusError {
  readonly code = 'APPROVAL_REJECTED';
  readonly retryable = false;
  constructor(stepKey: string, by: string | null, comment: string | null) {
    const who = by === null ? '' : ` by ${by}`;
    super(`Step "${stepKey}" was rejected${who}${comment === null ? '' : `: ${comment}`}`, {
      details: { stepKey, by, comment },
    });
  }
}

/** The run that a step waited for failed; `cause` is its error. Resumed, the step's run resumes that one too, unless the step's `retry` starts another. */
export class ChildFailedError extends SisyphusError {
  readonly code = 'CHILD_FAILED';
  readonly childRunId: string;
  constructor(stepKey: string, childRunId: string, error: StoredError) {
    super(`Step "${stepKey}" waited for run ${childRunId}, which failed: ${error.message}`, {
      cause: fromStoredError(error),
      details: { stepKey, childRunId, code: error.code },
    });
    this.childRunId = childRunId;
  }
}

/** The run that a step waited for was cancelled by somebody: no `retry` starts another. */
export class ChildCancelledError extends SisyphusError {
  readonly code = 'CHILD_CANCELLED';
  readonly retryable = false;
  readonly childRunId: string;
  constructor(stepKey: string, childRunId: string, reason: string | null) {
    super(
      `Step "${stepKey}" waited for run ${childRunId}, which was cancelled${reason === null ? '' : `: ${reason}`}.`,
      { details: { stepKey, childRunId, reason } },
    );
    this.childRunId = childRunId;
  }
}

/** An answer came too late, or to a step that asks nothing. The message says how the run and the step stand. */
export class NotAskedError extends SisyphusError {
  readonly code = 'NOT_ASKED';
  constructor(runId: string, stepKey: string, outcome: AnswerOutcome) {
    super(
      outcome.kind !== 'not_asked'
        ? `Step "${stepKey}" of run ${runId} was answered by somebody else before.`
        : `Step "${stepKey}" of run ${runId} waits for no such answer: the run is ${outcome.runStatus}, and the step ${outcome.stepStatus ?? 'is not open'}.`,
      { details: { runId, stepKey, ...outcome } },
    );
  }
}

/** A run can't be forked from a step that it does not have, or that has not begun. Name one that has. */
export class ForkStepError extends SisyphusError {
  readonly code = 'FORK_STEP';
  readonly runId: string;
  constructor(
    runId: string,
    from: string,
    { isKnown, begun }: { readonly isKnown: boolean; readonly begun: readonly string[] },
  ) {
    const why = isKnown
      ? `Step "${from}" of run ${runId} has not begun: there is nothing to do again from there on.`
      : `Run ${runId} has no step "${from}". ${suggestName(from, begun, '')}`.trimEnd();
    super(`${why} ${begun.length === 0 ? 'None of its steps has begun.' : `These have begun: ${listSome(begun)}.`}`, {
      details: { runId, from, begun: begun.slice(0, mostListed) },
    });
    this.runId = runId;
  }
}

const mostListed = 20;

function listSome(names: readonly string[]): string {
  const left = names.length - mostListed;
  return `${names.slice(0, mostListed).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** An expression gave what its place can't take: an `if` that is no boolean, a `foreach` that is no array or changed its length. */
export class StepValueError extends SisyphusError {
  readonly code = 'STEP_VALUE_INVALID';
  readonly retryable = false;
}

/** A step was repeated as often as it may be, and its `until` still does not hold. */
export class RepeatLimitError extends SisyphusError {
  readonly code = 'REPEAT_LIMIT';
  readonly retryable = false;
  constructor(stepId: string, max: number) {
    super(`Step "${stepId}" ran ${max} times, as often as it may, and its \`until\` does not hold.`, {
      details: { stepId, max },
    });
  }
}

/** Why an attempt's `signal` was aborted when no error of its own says so. */
export class AttemptAbortedError extends SisyphusError {
  readonly code = 'ATTEMPT_ABORTED';
}

/** Steps name types that no handler was given for; nothing was started. Give the executor handlers of these types. */
export class HandlerNotFoundError extends SisyphusError {
  readonly code = 'HANDLER_NOT_FOUND';
  readonly types: readonly string[];
  constructor(workflow: string, missing: ReadonlyMap<string, readonly string[]>, known: readonly string[]) {
    const list = [...missing]
      .map(([type, steps]) => `"${type}" (${steps.map((id) => `step "${id}"`).join(', ')})`)
      .join('; ');
    const have = known.length === 0 ? 'no handlers' : known.map((type) => `"${type}"`).join(', ');
    super(`Workflow "${workflow}" needs handlers that this executor does not have: ${list}. It has ${have}.`, {
      details: { workflow, missing: Object.fromEntries(missing) },
    });
    this.types = [...missing.keys()];
  }
}

/** The run's definition is not stored (a run of the draft) and none was handed in. Pass it: `resume(runId, workflow)`. */
export class DefinitionMissingError extends SisyphusError {
  readonly code = 'DEFINITION_MISSING';
  constructor(runId: string, name: string, version: number | null = null) {
    super(
      version !== null
        ? `Run ${runId} is of version ${version} of "${name}", whose code this executor does not know. Give it to the executor's workflows, beside newer versions, or hand it in: resume(runId, workflow), or \`sisyphus resume ${runId} --workflows MODULE\`.`
        : `Run ${runId} ("${name}") has no stored definition. Hand it in: resume(runId, workflow), or \`sisyphus resume ${runId} --workflow FILE\`.`,
      {
        details: { runId, name, version },
      },
    );
  }

  /** A step starts runs of a workflow that this executor does not know. */
  static ofWorkflow(workflow: string, stepKey: string): DefinitionMissingError {
    const error = new DefinitionMissingError('(new)', workflow);
    error.message = `Step "${stepKey}" starts a run of "${workflow}", which is none of this executor's workflows. Give it to its \`workflows\` (the command: --workflows MODULE), or write the definition into the step.`;
    return error;
  }
}

/** A run is gone on with by the workflow it began with: code of the same name and version, or data. Nothing was changed. */
export class WorkflowMismatchError extends SisyphusError {
  readonly code = 'WORKFLOW_MISMATCH';
  readonly retryable = false;
  constructor(
    runId: string,
    run: { readonly name: string; readonly version: number | null },
    given: { readonly kind: string; readonly name: string; readonly version: number | null },
  ) {
    const shown = (name: string, version: number | null): string =>
      `"${name}"${version === null ? '' : ` version ${version}`}`;
    super(
      `Run ${runId} is of ${shown(run.name, run.version)}, and was to go on with ${shown(given.name, given.version)} (${given.kind}). Hand in the workflow it began with, or none.`,
      { details: { runId, name: run.name, version: run.version } },
    );
  }
}

/** An Error like the one that was stored, its causes included. */
function fromStoredError(stored: StoredError): Error {
  const error = new Error(stored.message, stored.cause === null ? undefined : { cause: fromStoredError(stored.cause) });
  error.name = stored.name;
  if (stored.stack !== null) error.stack = stored.stack;
  return Object.assign(error, { code: stored.code, details: stored.details, retryable: stored.retryable });
}
