import type { Lease, LeaseRenewals, RenewalOptions } from '../store-types.js';
import type { LeasePlace, LeaseTable } from './lease-table.js';
import type { RenewalControl } from './renewal-control.js';

/** A lease's place in the table, and whose it is. */
export interface KeptPlace extends LeasePlace {
  readonly holder: KeptLeases;
  readonly runId: string;
}

/** What a holder shares with the thread and with other holders. */
export interface KeptLeasesOptions {
  readonly table: LeaseTable;
  readonly control: RenewalControl;
  /** By the slot of the table. */
  readonly owners: (KeptPlace | null)[];
  readonly options: RenewalOptions;
  readonly onStop: () => void;
}

const defaultMaxSilenceMs = 600_000;

/** The leases of one holder in the table that the thread reads; after the thread's end all calls do nothing. */
export class KeptLeases implements LeaseRenewals {
  readonly options: RenewalOptions;
  readonly #shared: KeptLeasesOptions;
  readonly #places = new Map<string, KeptPlace>();
  #isClosed = false;

  constructor(shared: KeptLeasesOptions) {
    this.#shared = shared;
    this.options = shared.options;
    this.beat();
  }

  keep(lease: Lease): void {
    if (this.#isClosed) return;
    // Whoever comes with a lease is alive: after hours without any the handler to come may block before the next beat.
    this.beat();
    this.drop(lease.runId);
    const { table, owners } = this.#shared;
    const { slot, generation } = table.put(lease, this.options.leaseMs);
    const place = { slot, generation, holder: this, runId: lease.runId };
    this.#places.set(lease.runId, place);
    owners[slot] = place;
  }

  drop(runId: string): void {
    const place = this.#places.get(runId);
    if (place === undefined) return;
    this.#places.delete(runId);
    this.#shared.owners[place.slot] = null;
    this.#shared.table.remove(place);
  }

  allowUntil(runId: string, instant: number | null): void {
    const place = this.#places.get(runId);
    if (place !== undefined) this.#shared.table.limit(place, instant);
  }

  beat(): void {
    this.#shared.control.aliveUntil = performance.now() + (this.options.maxSilenceMs ?? defaultMaxSilenceMs);
  }

  stop(): void {
    if (this.#isClosed) return;
    this.close();
    this.#shared.onStop();
  }

  /** Drops all leases, and takes none any more. */
  close(): void {
    this.#isClosed = true;
    for (const runId of [...this.#places.keys()]) this.drop(runId);
  }
}
