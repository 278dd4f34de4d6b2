import { describe, expect, it } from 'vitest';
import { leaseState } from './lease-state.js';

const now = 1000;

describe('leaseState', () => {
  it.each([
    ['nobody holds it', null, null, false, 'free'],
    ['nobody holds it, and a process is dead', null, null, true, 'free'],
    ['it is held in time', 'w', 1001, false, 'held'],
    ['its lease ends this very millisecond', 'w', 1000, false, 'expired'],
    ['its lease ended', 'w', 999, false, 'expired'],
    ['its lease has no end', 'w', null, false, 'expired'],
    ['its holder is dead, in time', 'w', 1001, true, 'dead'],
    ['its holder is dead, and the lease ended', 'w', 1, true, 'dead'],
  ] as const)('when %s', (_, leaseWorker, leaseExpiresAt, holderIsDead, state) => {
    expect(leaseState({ leaseWorker, leaseExpiresAt }, now, holderIsDead)).toBe(state);
  });
});
