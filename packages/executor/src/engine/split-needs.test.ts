import { describe, expect, it } from 'vitest';
import { needsPointBack, splitNeeds, transitiveNeeds } from './split-needs.js';
import { longPlan, planOf, stepIn } from './test-support/plan.js';

const plan = planOf([
  { id: 'top' },
  { id: 'left' },
  { id: 'right', needs: ['top'] },
  { id: 'join', needs: ['left', 'right'] },
  { id: 'alone', needs: [] },
  { id: 'both', needs: ['join', 'alone'] },
]);

describe('the needs of a step', () => {
  it.each([
    ['top', { base: null, rest: [] }],
    ['left', { base: 0, rest: [] }],
    ['join', { base: 1, rest: [2] }],
    ['both', { base: 3, rest: [4] }],
  ])('of %s are one step with all that it needs, as late as is found, and the rest', (id, split) => {
    expect(splitNeeds(plan, stepIn(plan, id))).toEqual(split);
  });

  it('are all the rest where no step needs the others', () => {
    const roots = planOf([{ id: 'a' }, { id: 'b', needs: [] }, { id: 'c', needs: ['b', 'a'] }]);
    expect(splitNeeds(roots, stepIn(roots, 'c'))).toEqual({ base: 0, rest: [1] });
  });

  it('are split without an end to the looking where very many branches meet', () => {
    const count = 5000;
    const wide = longPlan(count, (index) => ({
      needs: index < count - 1 ? [] : Array.from({ length: index }, (_, at) => `s${at}`),
    }));
    const last = wide.steps[count - 1];
    expect(last && splitNeeds(wide, last)).toEqual({
      base: 0,
      rest: Array.from({ length: count - 2 }, (_, at) => at + 1),
    });
  });

  it('include those of what is needed, once each and in definition order', () => {
    expect(transitiveNeeds(plan, stepIn(plan, 'both'))).toEqual([0, 1, 2, 3, 4]);
    expect(transitiveNeeds(plan, stepIn(plan, 'top'))).toEqual([]);
  });
});

it('tells plans apart whose needs all stand before, and those where one comes after', () => {
  expect(needsPointBack(plan)).toBe(true);
  expect(
    needsPointBack(
      planOf([
        { id: 'a', needs: ['b'] },
        { id: 'b', needs: [] },
      ]),
    ),
  ).toBe(false);
});
