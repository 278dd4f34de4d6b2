import { SisyphusError } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { DefinitionInvalidError } from './definition-invalid-error.js';
import type { DefinitionIssue } from './definition-issue.js';

function issue(message: string, severity: DefinitionIssue['severity'] = 'error'): DefinitionIssue {
  return { code: 'WRONG_VALUE', severity, path: 'name', stepId: null, message, remedy: null, line: 1, column: 2 };
}

describe('DefinitionInvalidError', () => {
  it('lists the errors, and keeps warnings for who asks', () => {
    const error = new DefinitionInvalidError([issue('first'), issue('aside', 'warning'), issue('second')], 'flow.yaml');
    expect(error.message).toBe(
      'The workflow definition flow.yaml has 2 errors:\n  flow.yaml:1:2 error WRONG_VALUE: first.\n  flow.yaml:1:2 error WRONG_VALUE: second.',
    );
    expect(error).toBeInstanceOf(SisyphusError);
    expect(error).toMatchObject({ code: 'DEFINITION_INVALID', retryable: false, source: 'flow.yaml' });
    expect(error.issues).toHaveLength(3);
  });

  it('stays readable with a thousand errors, and keeps them all', () => {
    const error = new DefinitionInvalidError(Array.from({ length: 1_000 }, (_, index) => issue(`number ${index}`)));
    expect(error.message.split('\n')).toHaveLength(22);
    expect(error.message).toMatch(/… and 980 more$/);
    expect(error.issues).toHaveLength(1_000);
  });
});
