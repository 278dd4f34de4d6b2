import type { RunRow } from '@sisyphus-state/schema';

/** What a renewal changes of a held run, and after how long it should have. */
export type LeaseSign = Pick<RunRow, 'id' | 'fence' | 'leaseRenewals' | 'leaseMs'>;

interface Sighting {
  readonly fence: number;
  readonly leaseRenewals: number;
  readonly firstSeen: number;
}

/** What a lease taken before lengths were kept is taken for. */
const defaultLeaseMs = 30_000;

/**
 * Remembers when this process first saw each lease as it stands, to tell those that nobody renews.
 *
 * It measures with a monotonic clock, so it is right where the store's clock was set back and a lease's end lies hours
 * ahead. Fence and renewals only grow: seen equal twice, they did not change in between.
 */
export class LeaseWatch {
  readonly #now: () => number;
  /** By scope, because whoever looks at one queue learns nothing of the runs of another. */
  readonly #scopes = new Map<string, ReadonlyMap<string, Sighting>>();

  /** `monotonicNow` in milliseconds, from any origin; default this process's `performance.now()`. */
  constructor(monotonicNow: () => number = () => performance.now()) {
    this.#now = monotonicNow;
  }

  /** Takes note of all runs that are held in a scope (a queue); those it knew and are not among them are forgotten. */
  observe(scope: string, held: readonly LeaseSign[]): void {
    const known = this.#scopes.get(scope);
    const now = this.#now();
    const seen = new Map<string, Sighting>();
    for (const { id, fence, leaseRenewals } of held) {
      const before = known?.get(id);
      const isSame = before?.fence === fence && before.leaseRenewals === leaseRenewals;
      seen.set(id, isSame ? before : { fence, leaseRenewals, firstSeen: now });
    }
    if (seen.size === 0) this.#scopes.delete(scope);
    else this.#scopes.set(scope, seen);
  }

  /** Says whether this lease was seen as it stands for at least its own length. */
  stoodStill(run: LeaseSign): boolean {
    const now = this.#now();
    for (const scope of this.#scopes.values()) {
      const seen = scope.get(run.id);
      if (seen?.fence !== run.fence || seen.leaseRenewals !== run.leaseRenewals) continue;
      return now - seen.firstSeen >= (run.leaseMs ?? defaultLeaseMs);
    }
    return false;
  }
}
