import type { WorkflowDefinition } from './definition.js';
import { DefinitionInvalidError } from './definition-invalid-error.js';
import type { DefinitionOptions } from './definition-options.js';
import { inspectDefinitionText } from './inspect-definition.js';

/** How a definition's text is read. */
export interface ParseOptions extends DefinitionOptions {
  /** The file or other origin, for the error's message: `flow.yaml:4:7`. */
  readonly source?: string;
  /** Default 1 MiB. */
  readonly maxBytes?: number;
}

/**
 * Reads a workflow from YAML 1.2 or JSON text, or throws `DefinitionInvalidError` with line and column of all that is wrong.
 *
 * The result is frozen plain JSON, as written; to learn of warnings too, use `inspectDefinitionText`.
 */
export function parseDefinition(text: string, options: ParseOptions = {}): WorkflowDefinition {
  const { definition, issues } = inspectDefinitionText(text, options);
  if (definition === null) throw new DefinitionInvalidError(issues, options.source ?? null);
  return definition;
}
