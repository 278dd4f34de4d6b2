import { runStatuses } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { planList } from './plan-list.js';

describe('planList', () => {
  it.each([
    ['one part without a filter', {}, null],
    ['a part for each status', { status: ['failed', 'completed'] }, ['failed', 'completed']],
    ['one part for a status named twice', { status: ['failed', 'failed'] }, ['failed']],
    ['no part for no status', { status: [] }, []],
    ['a part for each status there is for a name', { name: 'w' }, runStatuses],
    ['the parts asked for, of a name and statuses', { name: 'w', status: 'failed' }, ['failed']],
    ['one part for an idempotency key', { name: 'w', idempotencyKey: 'k' }, null],
  ] as const)('makes %s', (_, filter, parts) => {
    expect(planList(filter).parts).toEqual(parts);
  });

  it.each([
    [undefined, 50],
    [Number.NaN, 50],
    [0, 1],
    [2.9, 2],
    [1001, 1000],
    [Number.POSITIVE_INFINITY, 1000],
  ])('takes a limit of %s for %d', (limit, meant) => {
    expect(planList(limit === undefined ? {} : { limit }).limit).toBe(meant);
  });

  it('means the default namespace unless another is named', () => {
    expect([planList({}).namespace, planList({ namespace: 'tenant' }).namespace]).toEqual(['default', 'tenant']);
  });
});
