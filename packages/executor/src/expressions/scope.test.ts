import { describe, expect, it } from 'vitest';
import { compileValue } from './compile-value.js';
import { resolveValue } from './resolve-value.js';
import { itemScope, type Scope } from './scope.js';
import { expression, testScope } from './test-support/evaluate.js';

function resolveIn(scope: Scope, source: string): unknown {
  return resolveValue(compileValue(expression(source), { owner: 'step "s"', path: 'with' }), scope);
}

describe('itemScope', () => {
  it('adds the item under its name, and its index', () => {
    const scope = itemScope(testScope({ input: { n: 1 } }), { as: 'subject', item: { id: 'x' }, index: 2 });
    expect(resolveIn(scope, 'subject.id + string(index) + string(input.n)')).toBe('x21');
  });

  it('leaves the scope below as it is', () => {
    const scope = testScope();
    itemScope(scope, { as: 'subject', item: 1, index: 0 });
    expect(() => resolveIn(scope, 'subject')).toThrow(/Unknown variable: subject/);
  });

  it('reads a variable of the scope below only when an expression uses it', () => {
    let reads = 0;
    const lazy: Scope = {
      ...testScope(),
      get context() {
        reads++;
        return { a: 1 };
      },
    };
    const scope = itemScope(lazy, { as: 'item', item: 1, index: 0 });
    expect(resolveIn(scope, 'item + 1')).toBe(2);
    expect(reads).toBe(0);
    expect(resolveIn(scope, 'context.a')).toBe(1);
    expect(reads).toBe(1);
  });
});
