import { describe, expect, it } from 'vitest';
import { longPlan, planOf } from '../engine/test-support/plan.js';
import { dependentsOf, withDependents } from './dependents-of.js';

const plan = planOf([
  { id: 'top' },
  { id: 'left', needs: ['top'] },
  { id: 'right', needs: ['top'] },
  { id: 'join', needs: ['left', { step: 'right', optional: true }] },
  { id: 'alone', needs: [] },
]);

describe('dependentsOf', () => {
  it('has for each step those that need it directly', () => {
    expect(dependentsOf(plan)).toEqual([[1, 2], [3], [3], [], []]);
  });
});

describe('withDependents', () => {
  it.each([
    [['top'], ['top', 'left', 'right', 'join']],
    [['left'], ['left', 'join']],
    [['join'], ['join']],
    [
      ['alone', 'right'],
      ['alone', 'right', 'join'],
    ],
    [[], []],
    [['nobody'], []],
  ])('of %j are %j', (ids, expected) => {
    expect([...withDependents(plan, ids)].sort()).toEqual([...expected].sort());
  });

  it('takes a long chain', () => {
    expect(withDependents(longPlan(20_000), ['s1']).size).toBe(19_999);
  });
});
