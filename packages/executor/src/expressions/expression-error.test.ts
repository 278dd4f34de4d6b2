import { SisyphusError } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { ExpressionError } from './expression-error.js';
import { expression } from './test-support/evaluate.js';

const failure = {
  code: 'EXPRESSION_FAILED',
  expression: ' input.x ',
  where: 'with.args[1] of step "log"',
  reason: 'No such key: x',
} as const;

describe('ExpressionError', () => {
  it('says which expression failed, where and why', () => {
    const error = new ExpressionError(failure);
    expect(error.message).toBe(
      `The expression ${expression('input.x')} in with.args[1] of step "log" failed: No such key: x`,
    );
    expect(error).toBeInstanceOf(SisyphusError);
    expect(error).toMatchObject({ code: 'EXPRESSION_FAILED', retryable: false, where: 'with.args[1] of step "log"' });
  });

  it('shortens a long expression in its message and details, and keeps it whole beside them', () => {
    const error = new ExpressionError({ ...failure, expression: 'x'.repeat(5_000) });
    expect(error.message.length).toBeLessThan(400);
    expect(JSON.stringify(error.details).length).toBeLessThan(400);
    expect(error.expression).toHaveLength(5_000);
  });
});
