import { describe, expect, it } from 'vitest';
import { createStepsTable } from './steps-table.js';
import { expression, resolve } from './test-support/evaluate.js';

describe('createStepsTable', () => {
  it('starts with every step pending, without output or error', () => {
    const steps = createStepsTable(['a', 'constructor', '__proto__']);
    expect([...steps.view]).toEqual(
      ['a', 'constructor', '__proto__'].map((id) => [id, { status: 'pending', error: null, output: null }]),
    );
  });

  it('shows expressions what was set last', () => {
    const steps = createStepsTable(['a']);
    const read = (): unknown => resolve(expression('[steps.a.status, steps.a.output, steps.a.error]'), { steps });
    expect(read()).toEqual(['pending', null, null]);
    steps.set('a', { status: 'completed', output: { n: 1 } });
    expect(read()).toEqual(['completed', { n: 1 }, null]);
    steps.set('a', { status: 'failed', error: { message: 'no' } });
    expect(read()).toEqual(['failed', null, { message: 'no' }]);
  });

  it('asks for a lazy output once, when an expression first reads it', () => {
    let reads = 0;
    const steps = createStepsTable(['a', 'b']);
    steps.set('a', { status: 'completed', output: () => ['x', ++reads] });
    expect(resolve(expression('steps.a.status + steps.b.status'), { steps })).toBe('completedpending');
    expect(reads).toBe(0);
    expect(resolve(expression('[steps.a.output, steps.a.output]'), { steps })).toEqual([
      ['x', 1],
      ['x', 1],
    ]);
    expect(reads).toBe(1);
  });

  it('reads any id in brackets, those of every object included', () => {
    const steps = createStepsTable(['constructor', 'build-site', '2fa']);
    steps.set('constructor', { status: 'completed', output: 1 });
    expect(resolve(expression('steps["constructor"].output'), { steps })).toBe(1);
    expect(resolve(expression('[steps["build-site"].output, steps["2fa"].output]'), { steps })).toEqual([null, null]);
  });

  it('gives all steps as an object, outputs read', () => {
    const steps = createStepsTable(['a']);
    steps.set('a', { status: 'completed', output: () => 1 });
    expect(resolve(expression('steps'), { steps })).toEqual({ a: { status: 'completed', error: null, output: 1 } });
    expect(resolve(expression('steps.a'), { steps })).toEqual({ status: 'completed', error: null, output: 1 });
  });
});
