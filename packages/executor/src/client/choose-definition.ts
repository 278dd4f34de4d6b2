import type { RunRow } from '@sisyphus-state/schema';
import { DefinitionDriftError, diffDefinitions, journalFits } from '../definition/diff-definitions.js';
import { DefinitionMissingError, WorkflowMismatchError } from '../errors.js';
import type { ResumeOptions } from '../executor-options.js';
import type { Program } from '../program.js';
import type { Workflow } from '../workflow.js';
import type { Client } from './client.js';
import { programOf, programOfRun } from './plan-source.js';

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
): Promise<Program> {
  const given = workflow === undefined ? null : programOf(client, workflow);
  const stored = run.definitionHash === null ? null : await client.plans.read(run.definitionHash);
  if (stored === null) return given === null ? byName(client, run) : sameWorkflow(run, given);
  if (given === null) return stored;
  if (given.kind === 'code') throw new WorkflowMismatchError(run.id, run, given);
  if (given.hash === stored.hash || onDrift === 'pinned') return stored;
  const report = diffDefinitions(stored.definition, given.definition);
  const fit = journalFits(report, await startedSteps(client, run.id));
  if (onDrift === 'upgrade' && fit.fits) return given;
  throw new DefinitionDriftError(run.id, report, fit);
}

/** A run that has no stored definition may still be of a workflow this executor knows by name. */
function byName(client: Client, run: RunRow): Program {
  const known = programOfRun(client, run);
  if (known === null) throw new DefinitionMissingError(run.id, run.name, run.version);
  return known;
}

/** Code goes on with what was begun under its own name and version; data takes over a run of the draft, which has neither. */
function sameWorkflow(run: RunRow, given: Program): Program {
  const isSame =
    given.kind === 'data'
      ? run.version === null || run.definitionHash !== null
      : given.name === run.name && given.version === run.version;
  if (!isSame) throw new WorkflowMismatchError(run.id, run, given);
  return given;
}

async function startedSteps(client: Client, runId: string): Promise<readonly string[]> {
  const steps = await client.store.readSteps(runId);
  return [...new Set(steps.map(({ stepId }) => stepId))];
}
