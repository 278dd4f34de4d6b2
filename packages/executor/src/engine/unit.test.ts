import { expect, it } from 'vitest';
import { planOf, stepIn } from './test-support/plan.js';
import { itemKey, itemUnit, stepUnit } from './unit.js';

const step = stepIn(planOf([{ id: 'classify' }]), 'classify');

it('names a step by its id, and an item by its place in it', () => {
  expect(stepUnit(step)).toEqual({
    key: 'classify',
    step,
    item: null,
    iteration: null,
    call: step,
    standsFor: null,
    undoes: null,
  });
  const item = { index: 3, value: 'd' };
  expect(itemUnit(step, item)).toEqual({
    key: 'classify[3]',
    step,
    item,
    iteration: null,
    call: step,
    standsFor: null,
    undoes: null,
  });
  expect(itemKey('classify', 0)).toBe('classify[0]');
});
