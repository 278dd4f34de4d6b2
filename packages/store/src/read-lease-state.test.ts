import type { ProcessIdentity, RunRow } from '@sisyphus-state/schema';
import { describe, expect, it, vi } from 'vitest';
import { LeaseWatch } from './lease-watch.js';
import { abandonedOf, type HolderKnowledge, readLeaseState } from './read-lease-state.js';
import { snapshotOf } from './test-support/snapshot.js';

const identity = (host: string): ProcessIdentity => ({
  ...{ host, bootId: 'b', pidNamespace: 'p', pid: 1, processStart: '0' },
});
const heldBy = (host: string, more: Partial<RunRow> = {}): RunRow =>
  snapshotOf({
    ...{ status: 'running', fence: 1, leaseWorker: 'w', leaseHolder: JSON.stringify(identity(host)) },
    ...{ leaseExpiresAt: 100, leaseMs: 50, ...more },
  }).run;

function knowledge(more: Partial<HolderKnowledge> = {}): HolderKnowledge {
  return { identity: identity('here'), isDead: () => false, leaseWatch: new LeaseWatch(() => 0), ...more };
}

describe('how a run is held', () => {
  it('is read from its lease', () => {
    expect(readLeaseState(knowledge(), heldBy('there'), 99)).toBe('held');
    expect(readLeaseState(knowledge(), heldBy('there'), 100)).toBe('expired');
    expect(readLeaseState(knowledge(), snapshotOf().run, 99)).toBe('free');
  });

  it('is told by the holder’s process before all else', () => {
    const isDead = vi.fn(() => true);
    expect(readLeaseState(knowledge({ isDead }), heldBy('there'), 99)).toBe('dead');
    expect(isDead).toHaveBeenCalledWith(identity('there'), identity('here'));
  });

  it('is expired for a lease that was not renewed for its own length, whatever the clock says', () => {
    let now = 0;
    const leaseWatch = new LeaseWatch(() => now);
    leaseWatch.observe('q', [heldBy('there')]);
    now = 50;
    expect(readLeaseState(knowledge({ leaseWatch }), heldBy('there'), 1)).toBe('expired');
    expect(readLeaseState(knowledge({ leaseWatch }), heldBy('there', { leaseRenewals: 1 }), 1)).toBe('held');
  });

  it('does not make a run held again that its dead holder left', () => {
    let now = 0;
    const leaseWatch = new LeaseWatch(() => now);
    leaseWatch.observe('q', [heldBy('there')]);
    now = 50;
    expect(readLeaseState(knowledge({ leaseWatch, isDead: () => true }), heldBy('there'), 1)).toBe('dead');
  });
});

describe('the runs that were left', () => {
  it('are those whose lease is over or whose holder is dead', () => {
    const isDead = (holder: ProcessIdentity) => holder.host === 'dead';
    const runs = [
      heldBy('alive', { id: 'a' }),
      heldBy('dead', { id: 'b' }),
      heldBy('alive', { id: 'c', leaseExpiresAt: 5 }),
    ];
    expect(abandonedOf(knowledge({ isDead }), runs, 10).map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('cost one look at each holder’s process', () => {
    const isDead = vi.fn(() => false);
    const hosts = ['one', 'two', 'one', 'two', 'one'];
    abandonedOf(
      knowledge({ isDead }),
      hosts.map((host) => heldBy(host)),
      10,
    );
    expect(isDead).toHaveBeenCalledTimes(2);
  });
});
