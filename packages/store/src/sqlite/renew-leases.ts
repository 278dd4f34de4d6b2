import type { Lease, Renewal } from '../store-types.js';
import type { SqliteContext } from './context.js';
import type { Statements } from './statements.js';

/** The statements that a renewal needs. */
export type RenewalStatements = Pick<Statements, 'renewLeases' | 'readFence'>;

/** What a renewal works with, in the store or on another thread's connection. */
export interface RenewalContext extends Pick<SqliteContext, 'clock'> {
  readonly statements: RenewalStatements;
}

/** Moves the leases' ends in one statement; a lost lease is reported, not thrown, so that the others are renewed. */
export function renewLeases(
  context: RenewalContext,
  leases: readonly Pick<Lease, 'runId' | 'worker' | 'fence'>[],
  leaseMs: number,
): readonly Renewal[] {
  if (leases.length === 0) return [];
  const wholeMs = Math.trunc(leaseMs);
  const renewed = context.statements.renewLeases.all({
    leases: JSON.stringify(leases.map(({ runId, fence, worker }) => ({ runId, fence, worker }))),
    leaseMs: wholeMs,
    leaseExpiresAt: context.clock() + wholeMs,
  });
  const rows = new Map(renewed.map((row) => [row.id, row]));
  return leases.map(({ runId, fence, worker }) => {
    const row = rows.get(runId);
    const held = row?.fence === fence && row.leaseWorker === worker;
    const revision = row?.revision ?? context.statements.readFence.get({ runId })?.revision ?? 0;
    return { runId, held, revision };
  });
}
