import type { Lease, Renewal } from '../store-types.js';

/** What became of one lease of a renewal. */
export interface RenewedLease extends Renewal {
  /** The row was somebody's at that moment: held, but not renewed. Worth another try soon. */
  readonly isPending: boolean;
}

/** What a renewal needs to know of a lease. */
export type RenewableLease = Pick<Lease, 'runId' | 'worker' | 'fence'>;

/** A connection that does nothing but renew leases. */
export interface Renewer {
  /** Moves the leases' ends to `leaseMs` from now, all in one statement; one outcome a lease, in order. */
  renew(leases: readonly RenewableLease[], leaseMs: number): Promise<readonly RenewedLease[]>;
  close(): Promise<void>;
}
