import { exitStatus } from '../errors/exit-status.js';
import { count } from '../format/text.js';
import { loadHandlers } from '../input/load-handlers.js';
import { type InspectedFile, inspectWorkflowFile } from '../input/read-workflow.js';
import { showIssueLines } from '../input/show-issue.js';
import { type CommandContext, printDocument } from './command.js';

/** Arguments of `check`. */
export interface CheckArguments {
  readonly file: string;
  readonly handlers: readonly string[];
}

/** `sisyphus check FILE`: says all that is wrong with a workflow, and where. Opens no database. */
export async function check(context: CommandContext, { file, handlers }: CheckArguments): Promise<number> {
  const { terminal, json } = context;
  const { registry } = await loadHandlers(handlers, terminal.cwd);
  const inspected = await inspectWorkflowFile(file, registry, terminal.cwd);
  if (json) printDocument(context, toDocument(inspected));
  else printIssues(inspected, context);
  return inspected.definition === null ? exitStatus.usage : exitStatus.done;
}

function toDocument({ definition, issues, source }: InspectedFile): object {
  return { valid: definition !== null, source, name: definition?.name ?? null, issues };
}

function printIssues({ definition, issues, source }: InspectedFile, { terminal }: CommandContext): void {
  const { paint, print } = terminal;
  for (const issue of issues) for (const line of showIssueLines(issue, source, paint)) print(line);
  const [errors, warnings] = (['error', 'warning'] as const).map(
    (severity) => issues.filter((issue) => issue.severity === severity).length,
  );
  const beside = warnings ? `, ${count(warnings, 'warning')}` : '';
  if (definition === null) print(`${paint.red('not valid')}: ${count(errors ?? 0, 'error')}${beside}`);
  else print(`${paint.green('valid')}: ${definition.name}, ${count(definition.steps.length, 'step')}${beside}`);
}
