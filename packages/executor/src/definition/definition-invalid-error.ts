import { SisyphusError } from '@sisyphus-state/schema';
import { type DefinitionIssue, showIssue } from './definition-issue.js';

const MAX_SHOWN = 20;

/**
 * The definition is no valid workflow.
 *
 * `issues` holds all there is to say, warnings and notes included, in the order of the text; the message lists the errors.
 */
export class DefinitionInvalidError extends SisyphusError {
  readonly code = 'DEFINITION_INVALID';
  readonly retryable = false;
  readonly issues: readonly DefinitionIssue[];
  /** The file or other origin the definition came from, when it was named. */
  readonly source: string | null;

  constructor(issues: readonly DefinitionIssue[], source: string | null = null) {
    const errors = issues.filter((issue) => issue.severity === 'error');
    const lines = errors.slice(0, MAX_SHOWN).map((issue) => `  ${showIssue(issue, source)}`);
    if (errors.length > MAX_SHOWN) lines.push(`  … and ${errors.length - MAX_SHOWN} more`);
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    super(`The workflow definition${source === null ? '' : ` ${source}`} has ${count}:\n${lines.join('\n')}`, {
      details: { source, issues: issues.slice(0, MAX_SHOWN) },
    });
    this.issues = issues;
    this.source = source;
  }
}
