import {
  type DefinitionInspection,
  DefinitionInvalidError,
  type DefinitionIssue,
  inspectDefinitionText,
  type WorkflowDefinition,
} from '@sisyphus-state/executor';
import type { HandlerRegistry } from '@sisyphus-state/handlers';
import { UsageError } from '../errors/usage-error.js';
import type { Terminal } from '../terminal/terminal.js';
import { readNamedFile } from './read-file.js';
import { showIssueLines } from './show-issue.js';

/** A workflow file, inspected. */
export interface InspectedFile extends DefinitionInspection {
  /** The file as it was named on the command line. */
  readonly source: string;
}

/** How a workflow file is looked at. */
export interface InspectOptions {
  /** A type without a handler here is worth a warning only: whoever runs the workflow has to have it. */
  readonly mayLackHandlers?: boolean;
}

/** Reads a workflow file and says all there is to say about it, handler types included; throws only when it can't be read. */
export async function inspectWorkflowFile(
  file: string,
  registry: HandlerRegistry,
  cwd: string,
  { mayLackHandlers = false }: InspectOptions = {},
): Promise<InspectedFile> {
  const { text, source } = await readNamedFile(file, 'workflow file', cwd);
  const isPlainType = (type: string): boolean => registry.get(type)?.kind === 'plain';
  const inspection = inspectDefinitionText(text, {
    isPlainType,
    hasHandler: (type) => registry.has(type),
    handlerTypes: registry.list().map(({ type }) => type),
  });
  if (!mayLackHandlers || !inspection.issues.some(isMissingHandler)) return { ...inspection, source };
  const { definition } = inspectDefinitionText(text, { isPlainType });
  const issues = inspection.issues.map((issue) => (isMissingHandler(issue) ? asWarning(issue) : issue));
  return { definition, issues, source };
}

function isMissingHandler({ code }: DefinitionIssue): boolean {
  return code === 'HANDLER_NOT_FOUND';
}

function asWarning({ message, ...issue }: DefinitionIssue): DefinitionIssue {
  return {
    ...issue,
    severity: 'warning',
    message: `${message} here`,
    remedy: 'Its workers need one: --handlers MODULE.',
  };
}

/** Reads a workflow to run: throws `DEFINITION_INVALID` when it is none, and notes its warnings on stderr. */
export async function readWorkflow(
  file: string,
  registry: HandlerRegistry,
  terminal: Terminal,
  options: InspectOptions = {},
): Promise<WorkflowDefinition> {
  const { definition, issues, source } = await inspectWorkflowFile(file, registry, terminal.cwd, options);
  if (definition === null) throw refusal(issues, source);
  for (const issue of issues) {
    if (issue.severity === 'warning')
      for (const line of showIssueLines(issue, source, terminal.paintNote)) terminal.note(line);
  }
  return definition;
}

/** Missing handlers alone are no fault of the definition: the command was not given them. */
function refusal(issues: readonly DefinitionIssue[], source: string): Error {
  const errors = issues.filter(({ severity }) => severity === 'error');
  if (!errors.every(isMissingHandler)) return new DefinitionInvalidError(issues, source);
  const lines = errors.map(({ line, column, message }) => `\n  ${source}:${line}:${column} ${message}`);
  return new UsageError(
    'HANDLER_NOT_FOUND',
    `Not every step of ${source} has a handler:${lines.join('')}\nName a module that has them: --handlers MODULE.`,
    { details: { source, issues: errors } },
  );
}
