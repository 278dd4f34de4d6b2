import { beforeEach, describe, expect, it } from 'vitest';
import { type LeaseSign, LeaseWatch } from './lease-watch.js';

let now: number;
let watch: LeaseWatch;
const lease = (more: Partial<LeaseSign> = {}): LeaseSign => ({
  ...{ id: 'r', fence: 1, leaseRenewals: 0, leaseMs: 100 },
  ...more,
});

beforeEach(() => {
  now = 5;
  watch = new LeaseWatch(() => now);
});

describe('a watch over leases', () => {
  it('tells a lease that was seen unchanged for its own length, from that instant on', () => {
    watch.observe('q', [lease()]);
    now += 99;
    expect(watch.stoodStill(lease())).toBe(false);
    now += 1;
    expect(watch.stoodStill(lease())).toBe(true);
  });

  it('counts from when it first saw the lease, however often it looks', () => {
    watch.observe('q', [lease()]);
    now += 60;
    watch.observe('q', [lease()]);
    now += 40;
    expect(watch.stoodStill(lease())).toBe(true);
  });

  it.each([
    ['was renewed', { leaseRenewals: 1 }],
    ['has a new holder', { fence: 2 }],
  ])('begins anew with a lease that %s', (_, change) => {
    watch.observe('q', [lease()]);
    now += 60;
    watch.observe('q', [lease(change)]);
    now += 60;
    expect(watch.stoodStill(lease(change))).toBe(false);
    now += 40;
    expect(watch.stoodStill(lease(change))).toBe(true);
  });

  it.each([{ leaseRenewals: 1 }, { fence: 2 }])('says nothing of a lease that has changed since: %o', (change) => {
    watch.observe('q', [lease()]);
    now += 1000;
    expect(watch.stoodStill(lease(change))).toBe(false);
  });

  it('knows nothing of a run that it never saw', () => {
    expect(watch.stoodStill(lease())).toBe(false);
  });

  it('forgets a run that is not held any more', () => {
    watch.observe('q', [lease(), lease({ id: 'other' })]);
    now += 100;
    watch.observe('q', [lease({ id: 'other' })]);
    expect([watch.stoodStill(lease()), watch.stoodStill(lease({ id: 'other' }))]).toEqual([false, true]);
    watch.observe('q', []);
    expect(watch.stoodStill(lease({ id: 'other' }))).toBe(false);
  });

  it('keeps what it saw in one place while it looks at another', () => {
    watch.observe('q', [lease()]);
    watch.observe('p', []);
    now += 100;
    expect(watch.stoodStill(lease())).toBe(true);
  });

  it('takes a lease of unknown length for one of half a minute', () => {
    watch.observe('q', [lease({ leaseMs: null })]);
    now += 29_999;
    expect(watch.stoodStill(lease({ leaseMs: null }))).toBe(false);
    now += 1;
    expect(watch.stoodStill(lease({ leaseMs: null }))).toBe(true);
  });

  it('measures with a clock of its own unless it is given one', () => {
    const real = new LeaseWatch();
    real.observe('q', [lease({ leaseMs: 0 })]);
    expect(real.stoodStill(lease({ leaseMs: 0 }))).toBe(true);
  });
});
