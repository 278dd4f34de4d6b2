import type { RunRow } from '@sisyphus-state/schema';
import type { RunSnapshot } from '../store-types.js';

/**
 * Says how a run is held.
 *
 * `free`: nobody. `held`: somebody, in time. `expired`: somebody, past the lease's end, who may still write while
 * nobody took over. `dead`: somebody whose process is provably gone, whatever the lease says.
 */
export function leaseState(
  run: Pick<RunRow, 'leaseWorker' | 'leaseExpiresAt'>,
  now: number,
  holderIsDead: boolean,
): RunSnapshot['lease'] {
  if (run.leaseWorker === null) return 'free';
  if (holderIsDead) return 'dead';
  return (run.leaseExpiresAt ?? 0) > now ? 'held' : 'expired';
}
