import { SisyphusError } from '@sisyphus-state/schema';
import type { InputIssue } from './input-schema.js';

const MAX_SHOWN = 20;

/** The input does not fit the workflow's `input` schema; nothing was started. */
export class InputInvalidError extends SisyphusError {
  readonly code = 'INPUT_INVALID';
  readonly retryable = false;
  readonly issues: readonly InputIssue[];

  constructor(workflow: string, issues: readonly InputIssue[]) {
    const shown = issues.slice(0, MAX_SHOWN);
    const lines = shown.map((issue) => `  ${issue.path} ${issue.message}`);
    if (issues.length > MAX_SHOWN) lines.push(`  … and ${issues.length - MAX_SHOWN} more`);
    super(`The input does not fit the workflow "${workflow}":\n${lines.join('\n')}`, {
      details: { workflow, issues: shown },
    });
    this.issues = issues;
  }
}
