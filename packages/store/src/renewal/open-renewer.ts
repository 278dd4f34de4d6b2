import type { PostgresRenewalTarget } from '../postgres/open-renewer.js';
import type { SqliteRenewalTarget } from '../sqlite/open-renewer.js';
import type { Renewer } from './renewer.js';

/** How a thread opens the database for itself: plain data, which may hold a password. */
export type RenewalTarget = SqliteRenewalTarget | PostgresRenewalTarget;

/** Opens the connection; an attempt to connect or to write takes no longer than `patienceMs`. */
export async function openRenewer(target: RenewalTarget, patienceMs: number): Promise<Renewer> {
  if (target.dialect === 'sqlite') {
    const sqlite = await import('../sqlite/open-renewer.js');
    return sqlite.openRenewer(target, patienceMs);
  }
  const postgres = await import('../postgres/open-renewer.js');
  return postgres.openRenewer(target, patienceMs);
}
