import type { CodeWorkflow, DefinitionIssue, IssueSeverity } from '@sisyphus-state/executor';
import { exitStatus } from '../errors/exit-status.js';
import { count, oneLine } from '../format/text.js';
import { asModuleName, isModuleFile } from '../input/import-module.js';
import { loadHandlers } from '../input/load-handlers.js';
import { loadWorkflows } from '../input/load-workflows.js';
import { type InspectedFile, inspectWorkflowFile } from '../input/read-workflow.js';
import { showIssueLines } from '../input/show-issue.js';
import { type CommandContext, printDocument } from './command.js';

/** Arguments of `check`. */
export interface CheckArguments {
  readonly file: string;
  readonly handlers: readonly string[];
}

/**
 * `sisyphus check FILE`: says all that is wrong with a workflow, and where. Opens no database.
 *
 * Of a module it says which workflows as code it has: all else of code is known when it runs.
 */
export async function check(context: CommandContext, { file, handlers }: CheckArguments): Promise<number> {
  const { terminal, json } = context;
  const { registry } = await loadHandlers(handlers, terminal.cwd);
  if (isModuleFile(file)) return checkModule(context, file);
  const inspected = await inspectWorkflowFile(file, registry, terminal.cwd);
  if (json) printDocument(context, toDocument(inspected));
  else printIssues(inspected, context);
  return inspected.definition === null ? exitStatus.usage : exitStatus.done;
}

function toDocument({ definition, issues, source }: InspectedFile): object {
  return { valid: definition !== null, source, kind: 'data', name: definition?.name ?? null, issues };
}

/** A module that can't be loaded, or has none, is an error like a file that can't be read. */
async function checkModule(context: CommandContext, file: string): Promise<number> {
  const { terminal, json } = context;
  const modules = await loadWorkflows([asModuleName(file)], terminal.cwd);
  const workflows = modules.flatMap((module) => module.workflows);
  if (json) printDocument(context, toModuleDocument(file, workflows));
  else
    for (const { name, version } of workflows)
      terminal.print(`${terminal.paint.green('valid')}: ${oneLine(name)} version ${version}, a workflow as code`);
  return exitStatus.done;
}

function toModuleDocument(source: string, workflows: readonly CodeWorkflow[]): object {
  const described = workflows.map(({ name, version, description = null }) => ({ name, version, description }));
  const [name, ...others] = new Set(workflows.map((workflow) => workflow.name));
  const only = others.length === 0 ? name : null;
  return { valid: true, source, kind: 'code', name: only, workflows: described, issues: [] };
}

const mostNotesOfAKind = 3;

/** Notes come by the hundred (one for each id with a hyphen): the first of a kind say it. Errors and warnings all show. */
function worthShowing(issues: readonly DefinitionIssue[]): readonly DefinitionIssue[] {
  const notes = new Map<string, number>();
  return issues.filter(({ code, severity }) => {
    if (severity !== 'note') return true;
    const seen = (notes.get(code) ?? 0) + 1;
    notes.set(code, seen);
    return seen <= mostNotesOfAKind;
  });
}

function tally(issues: readonly DefinitionIssue[], severity: IssueSeverity): number {
  return issues.filter((issue) => issue.severity === severity).length;
}

function printIssues({ definition, issues, source }: InspectedFile, { terminal }: CommandContext): void {
  const { paint, print } = terminal;
  for (const issue of worthShowing(issues)) for (const line of showIssueLines(issue, source, paint)) print(line);
  const beside = (['warning', 'note'] as const)
    .map((severity) => [tally(issues, severity), severity] as const)
    .map(([number, severity]) => (number === 0 ? '' : `, ${count(number, severity)}`))
    .join('');
  if (definition === null) print(`${paint.red('not valid')}: ${count(tally(issues, 'error'), 'error')}${beside}`);
  else print(`${paint.green('valid')}: ${definition.name}, ${count(definition.steps.length, 'step')}${beside}`);
}
