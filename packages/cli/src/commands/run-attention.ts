import { isTerminal, type ProcessIdentity, type RunRow } from '@sisyphus-state/schema';
import { isProvablyDead, leaseState, readProcessIdentity } from '@sisyphus-state/store';

type LeaseColumns = Pick<RunRow, 'status' | 'wakeAt' | 'leaseWorker' | 'leaseHolder' | 'leaseExpiresAt'>;

/** Says why nobody works on a run that is due, or null when somebody does or nobody has to. */
export function whyUnattended(run: LeaseColumns, now: number): string | null {
  if (!isDue(run, now)) return null;
  switch (leaseState(run, now, isHolderDead(run))) {
    case 'held':
      return null;
    case 'free':
      return 'nobody works on it';
    case 'dead':
      return 'its worker is gone';
    case 'expired':
      return 'its worker let its lease run out';
  }
}

function isDue({ status, wakeAt }: LeaseColumns, now: number): boolean {
  if (isTerminal(status) || status === 'paused') return false;
  if (status === 'waiting') return wakeAt !== null && wakeAt <= now;
  return wakeAt === null || wakeAt <= now;
}

function isHolderDead({ leaseHolder }: LeaseColumns): boolean {
  if (leaseHolder === null) return false;
  // The engine wrote the column from a ProcessIdentity.
  const holder = JSON.parse(leaseHolder) as ProcessIdentity;
  return isProvablyDead(holder, readProcessIdentity());
}
