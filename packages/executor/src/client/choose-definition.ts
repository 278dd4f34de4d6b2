import type { RunRow } from '@sisyphus-state/schema';
import { DefinitionDriftError, diffDefinitions, journalFits } from '../definition/diff-definitions.js';
import type { Plan } from '../definition/plan.js';
import { DefinitionMissingError } from '../errors.js';
import type { ResumeOptions } from '../executor-options.js';
import type { Workflow } from '../workflow.js';
import type { Client } from './client.js';
import { planOf } from './plan-source.js';

/**
 * Chooses the definition a run goes on with: the one stored with it, unless another is handed in and allowed.
 *
 * A run without a stored one (adopted from the draft) takes the one handed in. Throws `DefinitionMissingError` and
 * `DefinitionDriftError`, whose report says which steps were added, removed or changed.
 */
export async function chooseDefinition(
  client: Client,
  run: RunRow,
  workflow: Workflow | string | undefined,
  onDrift: NonNullable<ResumeOptions['onDrift']>,
): Promise<Plan> {
  const given = workflow === undefined ? null : planOf(client, workflow);
  const stored = run.definitionHash === null ? null : await client.plans.read(run.definitionHash);
  if (given === null || stored === null) return given ?? stored ?? byName(client, run);
  if (given.hash === stored.hash || onDrift === 'pinned') return stored;
  const report = diffDefinitions(stored.definition, given.definition);
  const fit = journalFits(report, await startedSteps(client, run.id));
  if (onDrift === 'upgrade' && fit.fits) return given;
  throw new DefinitionDriftError(run.id, report, fit);
}

/** A run that has no stored definition may still be of a workflow this executor knows by name. */
function byName(client: Client, run: RunRow): Plan {
  const known = client.workflows.get(run.name);
  if (known === undefined) throw new DefinitionMissingError(run.id, run.name);
  return planOf(client, known);
}

async function startedSteps(client: Client, runId: string): Promise<readonly string[]> {
  const steps = await client.store.readSteps(runId);
  return [...new Set(steps.map(({ stepId }) => stepId))];
}
