import { isTerminal, type ProcessIdentity, type RunRow } from '@sisyphus-state/schema';
import { isProvablyDead, leaseState, readProcessIdentity } from '@sisyphus-state/store';

type AttentionColumns = Pick<
  RunRow,
  'status' | 'wakeAt' | 'updatedAt' | 'leaseWorker' | 'leaseHolder' | 'leaseExpiresAt'
>;

/** A worker that has room takes a run sooner than this: until then nobody can say that none will. */
const patienceMs = 2000;

/** Says why nobody works on a run that is due, or null when somebody does, nobody has to, or it only just became due. */
export function whyUnattended(run: AttentionColumns, now: number): string | null {
  if (isTerminal(run.status) || run.status === 'paused') return null;
  switch (leaseState(run, now, isHolderDead(run))) {
    case 'held':
      return null;
    case 'free':
      return isOverdue(run, now) ? 'nobody works on it' : null;
    case 'dead':
      return 'its worker is gone';
    case 'expired':
      return 'its worker let its lease run out';
  }
}

/** Says whether a live worker holds a run. */
export function isAttended(run: AttentionColumns, now: number): boolean {
  return leaseState(run, now, isHolderDead(run)) === 'held';
}

function isOverdue({ status, wakeAt, updatedAt }: AttentionColumns, now: number): boolean {
  if (wakeAt === null) return status !== 'waiting' && updatedAt + patienceMs <= now;
  return Math.max(wakeAt, updatedAt) + patienceMs <= now;
}

function isHolderDead({ leaseHolder }: AttentionColumns): boolean {
  if (leaseHolder === null) return false;
  // The engine wrote the column from a ProcessIdentity.
  const holder = JSON.parse(leaseHolder) as ProcessIdentity;
  return isProvablyDead(holder, readProcessIdentity());
}
