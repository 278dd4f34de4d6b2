import type { RunRow } from '@sisyphus-state/schema';
import { UsageError } from '../errors/usage-error.js';
import { oneLine } from '../format/text.js';
import { isCodeRun } from '../live/code-run.js';
import type { LoadedModules } from './load-modules.js';
import { showWorkflow } from './show-workflow.js';

/** Refuses a run of a workflow as code that no module here has: `DEFINITION_MISSING` says which one, and how to name it. */
export function checkCodeIsHere(run: RunRow, { workflows, named }: LoadedModules): void {
  if (!isCodeRun(run)) return;
  const { id: runId, name, version } = run;
  if (workflows.some((workflow) => workflow.name === name && workflow.version === version)) return;
  const has = named.workflows.length === 1 ? 'has' : 'have';
  const instead =
    workflows.length === 0 ? '' : ` ${named.workflows.join(', ')} ${has} ${workflows.map(showWorkflow).join(', ')}.`;
  throw new UsageError(
    'DEFINITION_MISSING',
    `Run ${runId} is of the workflow "${oneLine(name)}" version ${version}, which is code, and its code is not here.${instead} Name the module that has it: --workflows MODULE.`,
    { details: { runId, name, version } },
  );
}
