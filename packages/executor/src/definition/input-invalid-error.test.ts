import { SisyphusError } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { InputInvalidError } from './input-invalid-error.js';

describe('InputInvalidError', () => {
  it('lists what does not fit, and where', () => {
    const error = new InputInvalidError('notes', [{ path: 'input.repo', message: 'must be string' }]);
    expect(error.message).toBe('The input does not fit the workflow "notes":\n  input.repo must be string');
    expect(error).toBeInstanceOf(SisyphusError);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', retryable: false });
  });

  it('stays readable with many issues', () => {
    const issues = Array.from({ length: 500 }, (_, index) => ({ path: `input[${index}]`, message: 'must be string' }));
    const error = new InputInvalidError('notes', issues);
    expect(error.message).toMatch(/… and 480 more$/);
    expect(error.issues).toHaveLength(500);
  });
});
