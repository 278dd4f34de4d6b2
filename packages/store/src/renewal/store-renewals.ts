import { Worker } from 'node:worker_threads';
import type { LeaseRenewals, RenewalOptions } from '../store-types.js';
import { LeaseThread, type SpawnThread } from './lease-thread.js';
import type { RenewalTarget } from './open-renewer.js';
import type { ThreadStart } from './thread-protocol.js';

/** A store's thread that renews leases: started by the first who holds some, shared by all, ended with the store. */
export class StoreRenewals {
  readonly #target: RenewalTarget;
  readonly #location: string;
  readonly #spawn: SpawnThread;
  #thread: LeaseThread | null = null;
  #isClosed = false;

  constructor(target: RenewalTarget, location: string, spawn: SpawnThread = spawnThread) {
    this.#target = target;
    this.#location = location;
    this.#spawn = spawn;
  }

  /** Null when the store was closed. */
  start(options: RenewalOptions): LeaseRenewals | null {
    if (this.#isClosed) return null;
    this.#thread ??= this.#newThread(options.leaseMs);
    return this.#thread.join(options);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.end();
  }

  #newThread(leaseMs: number): LeaseThread {
    const thread = new LeaseThread({
      target: this.#target,
      location: this.#location,
      leaseMs,
      spawn: this.#spawn,
      onOver: () => {
        if (this.#thread === thread) this.#thread = null;
      },
    });
    return thread;
  }
}

function spawnThread(workerData: ThreadStart): Worker {
  return new Worker(new URL('./renewal-thread.js', import.meta.url), {
    name: 'sisyphus-renewals',
    workerData,
    // A program given as text (`node --input-type=module -e …`) hands down an option that no file can be started with.
    ...(process.execArgv.some((argument) => argument.startsWith('--input-type')) && { execArgv: [] }),
    // It makes little garbage: without a limit its young generation would grow to many times what it needs.
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  });
}
