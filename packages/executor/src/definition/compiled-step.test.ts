import { describe, expect, it } from 'vitest';
import { resolveCondition, resolveList, resolveValue } from '../expressions/resolve-value.js';
import { expression, testScope } from '../expressions/test-support/evaluate.js';
import { checkDefinition } from './check-definition.js';
import { compileDefinition } from './compile-definition.js';
import type { Plan, PlanStep } from './plan.js';

function planOf(...steps: readonly object[]): Plan {
  return compileDefinition(checkDefinition({ name: 'x', steps }));
}

function onlyStep(step: object): PlanStep {
  const [only] = planOf({ id: 'a', type: 't', ...step }).steps;
  if (only === undefined) throw new Error('no step');
  return only;
}

describe('a step of a plan', () => {
  it('fills in what is not written', () => {
    const step = onlyStep({});
    expect(step).toMatchObject({
      needs: [],
      condition: null,
      foreach: null,
      as: 'item',
      concurrency: 1,
      timeoutMs: null,
      delivery: null,
    });
    expect(step.retry.attempts).toBe(1);
    expect(resolveValue(step.with, testScope())).toEqual({});
    expect(step.with.isConstant).toBe(true);
  });

  it('takes what is written', () => {
    const step = onlyStep({
      foreach: [1],
      as: 'x',
      concurrency: 4,
      timeout: '1m',
      delivery: 'pure',
      retry: { attempts: 2 },
      with: { n: expression('x') },
    });
    expect(step).toMatchObject({
      as: 'x',
      concurrency: 4,
      timeoutMs: 60_000,
      delivery: 'pure',
      retry: { attempts: 2, backoffMs: 1_000 },
    });
    expect(step.source).toMatchObject({ id: 'a', timeout: '1m' });
    expect(step.with.isConstant).toBe(false);
  });

  it('needs the step before it, unless it says otherwise', () => {
    const steps = planOf(
      { id: 'a', type: 't' },
      { id: 'b', type: 't' },
      { id: 'c', type: 't', needs: [] },
      { id: 'd', type: 't', needs: ['a', { step: 'c', optional: true }] },
    ).steps;
    expect(steps.map((step) => step.needs)).toEqual([
      [],
      [{ index: 0, optional: false }],
      [],
      [
        { index: 0, optional: false },
        { index: 2, optional: true },
      ],
    ]);
  });

  it.each([
    ['input.n > 1', true],
    [expression('input.n > 1'), true],
    [` ${expression('input.n > 2')} `, false],
    [true, true],
    [false, false],
  ])('has the condition %j', (written, expected) => {
    const { condition } = onlyStep({ if: written });
    expect(condition !== null && resolveCondition(condition, testScope({ input: { n: 2 } }))).toBe(expected);
  });

  it.each([
    [
      [1, 2],
      [1, 2],
    ],
    [expression('input.list'), ['a']],
    [` ${expression('input.list')} `, ['a']],
    [
      [expression('input.list[0]'), 'b'],
      ['a', 'b'],
    ],
  ])('runs over %j', (written, expected) => {
    const { foreach } = onlyStep({ foreach: written });
    expect(foreach !== null && resolveList(foreach, testScope({ input: { list: ['a'] } }))).toEqual(expected);
  });

  it('says in an error which step an expression belongs to', () => {
    const step = onlyStep({ with: { args: [expression('input.gone')] } });
    expect(() => resolveValue(step.with, testScope({ input: {} }))).toThrow(/in with\.args\[0\] of step "a" failed/);
  });

  it('compiles each part once', () => {
    const step = onlyStep({ with: expression('input'), foreach: [1], if: 'true', retry: {} });
    expect([step.with, step.foreach, step.condition, step.retry]).toEqual([
      step.with,
      step.foreach,
      step.condition,
      step.retry,
    ]);
    expect(step.with).toBe(step.with);
    expect(step.retry).toBe(step.retry);
  });
});
