import type { WorkflowDefinition } from './definition.js';
import { DefinitionInvalidError } from './definition-invalid-error.js';
import type { DefinitionOptions } from './definition-options.js';
import { inspectDefinition } from './inspect-definition.js';

/**
 * Gives a definition as frozen plain JSON, or throws `DefinitionInvalidError` with all that is wrong with it.
 *
 * Nothing is filled in or reordered: what is stored and hashed is what was written. For text see `parseDefinition`.
 */
export function checkDefinition(value: unknown, options: DefinitionOptions = {}): WorkflowDefinition {
  const { definition, issues } = inspectDefinition(value, options);
  if (definition === null) throw new DefinitionInvalidError(issues);
  return definition;
}
