import type { Renewal } from '../store-types.js';
import type { LeasePlace } from './lease-table.js';
import type { RenewalTarget } from './open-renewer.js';

/** What the thread begins with. */
export interface ThreadStart {
  readonly target: RenewalTarget;
  readonly table: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly periodMs: number;
  /** The process's monotonic clock, minus `performance.now()` of the thread that writes the instants. */
  readonly clockOffset: number;
}

/** What the thread is told. */
export type ToThread =
  | { readonly kind: 'table'; readonly table: SharedArrayBuffer }
  | { readonly kind: 'period'; readonly periodMs: number }
  | { readonly kind: 'stop' };

/** A lease that was refused, or whose run was written to since the last renewal. */
export interface ReportedRenewal extends LeasePlace, Pick<Renewal, 'held' | 'revision'> {}

/** What the thread tells. */
export type FromThread =
  | { readonly kind: 'renewals'; readonly renewals: readonly ReportedRenewal[] }
  /** It could not renew for so long that it gives up; it ends after this. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The process's monotonic clock minus this thread's `performance.now()`, which counts from another instant in each thread. */
export function readClockOffset(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now();
}
