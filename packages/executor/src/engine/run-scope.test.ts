import { describe, expect, it, vi } from 'vitest';
import { resolveValue } from '../expressions/resolve-value.js';
import { ContextBuilder } from './context-builder.js';
import { Journal } from './journal.js';
import { RunScope } from './run-scope.js';
import { planOf, stepIn } from './test-support/plan.js';
import { rowOf } from './test-support/rows.js';
import { itemUnit, stepUnit } from './unit.js';

const plan = planOf(
  [{ id: 'a' }, { id: 'each', foreach: [1, 2], as: 'it', with: '${{ it }}' }, { id: 'look', with: '${{ context }}' }],
  { version: 3 },
);

function scopeOf(journal: Journal) {
  const contexts = new ContextBuilder(plan, journal, { n: 1 });
  return { contexts, scope: new RunScope(plan, journal, contexts, { n: 1 }, 'r') };
}

describe('the variables of expressions', () => {
  it('are the input, the run, the steps and the context', () => {
    const { scope } = scopeOf(new Journal([rowOf('a', { result: '{"a":1}' })]));
    const { input, run, steps, context } = scope.forUnit(stepUnit(stepIn(plan, 'each')));
    expect([input, run, context]).toEqual([{ n: 1 }, { id: 'r', name: 'w', version: 3 }, { n: 1, a: 1 }]);
    expect(steps).toBeDefined();
  });

  it("have a foreach's item under its name", () => {
    const { scope } = scopeOf(new Journal());
    const step = stepIn(plan, 'each');
    expect(resolveValue(step.with, scope.forUnit(itemUnit(step, { index: 1, value: 2 })))).toBe(2);
  });

  it('do not cost a context that no expression reads', () => {
    const { scope, contexts } = scopeOf(new Journal());
    const before = vi.spyOn(contexts, 'before');
    const variables = scope.forUnit(stepUnit(stepIn(plan, 'look')));
    expect(before).not.toHaveBeenCalled();
    expect(variables.context).toEqual({ n: 1 });
    expect(before).toHaveBeenCalledTimes(1);
  });

  it('show what became of a step since they were last asked for', () => {
    const journal = new Journal();
    const { scope } = scopeOf(journal);
    const output = planOf([{ id: 'a' }], { output: ['${{ steps.a.status }}', '${{ steps.a.output }}'] }).output;
    if (output === null) throw new Error('It was given one.');
    expect(resolveValue(output, scope.forOutput())).toEqual(['pending', null]);
    journal.open('a').complete('0');
    scope.update(stepIn(plan, 'a'));
    expect(resolveValue(output, scope.forOutput())).toEqual(['completed', 0]);
  });

  it("have a foreach's collected output", () => {
    const rows = [
      rowOf('each', { itemCount: 2 }),
      rowOf('each[1]', { result: '2' }),
      rowOf('each[0]', { result: null }),
    ];
    const { output } = planOf([{ id: 'each', foreach: [1, 2] }], { output: '${{ steps.each.output }}' });
    expect(output && resolveValue(output, scopeOf(new Journal(rows)).scope.forOutput())).toEqual([null, 2]);
  });
});
