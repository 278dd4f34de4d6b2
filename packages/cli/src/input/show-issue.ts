import type { DefinitionIssue } from '@sisyphus-state/executor';
import { oneLine } from '../format/text.js';
import type { Colors } from '../terminal/terminal.js';

/** An issue of a definition for a person: where, how bad, what; then what to do. */
export function showIssueLines(issue: DefinitionIssue, source: string, paint: Colors): readonly string[] {
  const { line, column, path, severity, code, stepId, message, remedy } = issue;
  const place = line === null ? `${source}${path === '' ? '' : ` ${path}`}` : `${source}:${line}:${column}`;
  const paintSeverity = { error: paint.red, warning: paint.yellow, note: paint.cyan }[severity];
  const step = stepId === null || message.includes(`"${stepId}"`) ? '' : `step "${oneLine(stepId)}": `;
  const first = `${paint.bold(oneLine(place))} ${paintSeverity(severity)} ${paint.dim(code)} ${step}${oneLine(message)}`;
  return remedy === null ? [first] : [first, `  ${oneLine(remedy)}`];
}
