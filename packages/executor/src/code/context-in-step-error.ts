import { SisyphusError } from '@sisyphus-state/schema';

/**
 * The function of a step asked the workflow's context for something; nothing of that was recorded, and the step fails with this.
 *
 * A step that is recorded is not entered again, so a replay would miss what its function asked for. Ask for it in the
 * workflow's own function, before or after the step, and hand the step what it needs.
 */
export class ContextInStepError extends SisyphusError {
  readonly code = 'CONTEXT_IN_STEP';
  readonly retryable = false;

  constructor(runId: string, stepKey: string, call: string) {
    super(
      `The function of step "${stepKey}" of run ${runId} called ${call}. A step is one unit, and a recorded one is not entered in a replay: call ctx in the workflow's own function, and give the step what it needs.`,
      { details: { runId, stepKey, call } },
    );
  }
}
