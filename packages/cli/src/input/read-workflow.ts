import {
  type DefinitionInspection,
  DefinitionInvalidError,
  type DefinitionIssue,
  inspectDefinitionText,
  type Workflow,
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

/** Reads a workflow file and says all there is to say about it, handler types included; throws only when it can't be read. */
export async function inspectWorkflowFile(
  file: string,
  registry: HandlerRegistry,
  cwd: string,
): Promise<InspectedFile> {
  const { text, source } = await readNamedFile(file, 'workflow file', cwd);
  const inspection = inspectDefinitionText(text, {
    hasHandler: (type) => registry.has(type),
    isPlainType: (type) => registry.get(type)?.kind === 'plain',
    handlerTypes: registry.list().map(({ type }) => type),
  });
  return { ...inspection, source };
}

/** Reads a workflow to run: throws `DEFINITION_INVALID` when it is none, and notes its warnings on stderr. */
export async function readWorkflow(file: string, registry: HandlerRegistry, terminal: Terminal): Promise<Workflow> {
  const { definition, issues, source } = await inspectWorkflowFile(file, registry, terminal.cwd);
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
  if (errors.some(({ code }) => code !== 'HANDLER_NOT_FOUND')) return new DefinitionInvalidError(issues, source);
  const lines = errors.map(({ line, column, message }) => `\n  ${source}:${line}:${column} ${message}`);
  return new UsageError(
    'HANDLER_NOT_FOUND',
    `Not every step of ${source} has a handler:${lines.join('')}\nName a module that has them: --handlers MODULE.`,
    { details: { source, issues: errors } },
  );
}
