import {
  type CarriedSteps,
  type CreatedRun,
  type ForkSource,
  RunNotFoundError,
  settledBefore,
} from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import type { Plan } from '../definition/plan.js';
import { ForkStepError } from '../errors.js';
import type { ForkOptions } from '../executor-options.js';
import { carriedSteps } from './carried-steps.js';
import { checkRunnable } from './check-runnable.js';
import { chooseDefinition } from './choose-definition.js';
import type { Client } from './client.js';

/**
 * Creates a run that goes on from another's checkpoints before a step, by the same definition; nobody holds it yet.
 *
 * Throws `RunNotFoundError`, `ForkStepError`, `IdempotencyConflictError`, and unless it is left to workers what a resume
 * throws before it takes a run: `DefinitionMissingError`, `HandlerNotFoundError`. Nothing was created then.
 */
export async function forkRun(
  client: Client,
  sourceRunId: string,
  { from, runId = uuidv7(), detach = false, ...options }: ForkOptions,
): Promise<CreatedRun> {
  const { store, plans } = client;
  for (;;) {
    const run = await store.readRun(sourceRunId);
    if (run === null) throw new RunNotFoundError(sourceRunId);
    if (!detach) checkRunnable(client, await chooseDefinition(client, run, undefined, 'pinned'));
    const { definitionHash } = run;
    const plan = definitionHash === null ? null : await plans.read(definitionHash);
    // Somebody may have resumed it with another definition meanwhile: then that one says what needs what.
    const choose = (source: ForkSource): CarriedSteps | null =>
      source.run.definitionHash === definitionHash ? chooseSteps(plan, source, from) : null;
    const created = await store.forkRun({ ...options, sourceRunId, id: runId, from, choose });
    if (created !== null) return created;
  }
}

function chooseSteps(plan: Plan | null, source: ForkSource, from: string): CarriedSteps {
  const { run, steps } = source;
  if (plan === null) {
    const chosen = settledBefore(source, from);
    if (chosen !== null) return chosen;
    throw new ForkStepError(run.id, from, { isKnown: false, begun: steps.map(({ stepKey }) => stepKey) });
  }
  const begun = new Set(steps.map(({ stepId }) => stepId));
  if (!begun.has(from)) throw new ForkStepError(run.id, from, { isKnown: plan.byId.has(from), begun: [...begun] });
  return carriedSteps(plan, source, from);
}
