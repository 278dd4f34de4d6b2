import { describe, expect, it } from 'vitest';
import { type DefinitionIssue, showIssue, showPath } from './definition-issue.js';

const issue: DefinitionIssue = {
  code: 'UNKNOWN_KEY',
  severity: 'error',
  path: 'steps[2].need',
  stepId: 'classify',
  message: 'unknown key `need`',
  remedy: 'Did you mean `needs`?',
  line: 12,
  column: 5,
};

describe('showIssue', () => {
  it('leads with file, line and column when they are known', () => {
    expect(showIssue(issue, 'flow.yaml')).toBe(
      'flow.yaml:12:5 error UNKNOWN_KEY: unknown key `need`. Did you mean `needs`?',
    );
  });

  it('leads with the path when the definition was no text', () => {
    expect(showIssue({ ...issue, line: null, column: null, remedy: null })).toBe(
      'steps[2].need error UNKNOWN_KEY: unknown key `need`.',
    );
  });

  it('names the definition when there is no path either', () => {
    expect(showIssue({ ...issue, path: '', line: null, column: null })).toMatch(/^definition error/);
  });
});

describe('showPath', () => {
  it('joins keys and indexes', () => {
    expect(showPath(['steps', 2, 'with', 'a b', 0])).toBe('steps[2].with["a b"][0]');
  });
});
