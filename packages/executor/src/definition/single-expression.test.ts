import { describe, expect, it } from 'vitest';
import { conditionSource, readSingleExpression } from './single-expression.js';

describe('readSingleExpression', () => {
  it.each([
    [`\${{ a }}`, 'expression'],
    [`  \${{ a }}\n`, 'expression'],
    [`\${{ a }} b`, 'mixed'],
    [`\${{ a }}\${{ b }}`, 'mixed'],
    ['a', 'text'],
    ['', 'text'],
    [`$\${{ a }}`, 'text'],
    [`\${{ a`, 'open'],
  ])('takes %j for %s', (text, kind) => {
    expect(readSingleExpression(text).kind).toBe(kind);
  });
});

describe('conditionSource', () => {
  it.each([
    [`\${{ a > 1 }}`, ' a > 1 '],
    ['a > 1', 'a > 1'],
    [`\${{ a }} && \${{ b }}`, null],
  ])('reads %j as %j', (text, source) => {
    expect(conditionSource(text)).toBe(source);
  });
});
