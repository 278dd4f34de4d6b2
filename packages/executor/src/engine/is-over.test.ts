import { stepStatuses } from '@sisyphus-state/schema';
import { expect, it } from 'vitest';
import { isOver } from './is-over.js';
import { Journal } from './journal.js';
import { planOf, stepIn } from './test-support/plan.js';
import { rowOf } from './test-support/rows.js';
import { stepUnit } from './unit.js';

function overIn(step: object): readonly string[] {
  const unit = stepUnit(stepIn(planOf([{ id: 'a', ...step }]), 'a'));
  return stepStatuses.filter((status) => isOver(unit, new Journal([rowOf('a', { status })])));
}

it('a unit is over when it completed, or failed where the run goes on', () => {
  expect(overIn({})).toEqual(['completed']);
  expect(overIn({ onError: 'fail' })).toEqual(['completed']);
  expect(overIn({ onError: 'continue' })).toEqual(['completed', 'failed']);
});

it('a unit without a record is not over', () => {
  const unit = stepUnit(stepIn(planOf([{ id: 'a', onError: 'continue' }]), 'a'));
  expect(isOver(unit, new Journal())).toBe(false);
});
