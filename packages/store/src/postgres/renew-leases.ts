import type { Lease, Renewal } from '../store-types.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { isContention } from './driver-errors.js';
import { renewOnce } from './renew-once.js';
import type { RenewedRow } from './small-statements.js';
import { patiently, withConnection } from './transaction.js';

/**
 * Moves the leases' ends in one statement; a lost lease is reported, not thrown.
 *
 * A run that somebody is writing to is not waited for by the others: it is asked for again by itself, and at last
 * reported as it stands. It is then held without having been renewed; the next renewal does it.
 */
export function renewLeases(
  context: PostgresContext,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Renewal[]> {
  if (leases.length === 0) return Promise.resolve([]);
  return patiently(context, () =>
    withConnection(context, async (connection) => {
      const first = await renew(context, connection, leases, leaseMs, 'renewLeases');
      const skipped = leases.filter((_, n) => first.get(n)?.held && !first.get(n)?.renewed);
      const later = new Map<Lease, RenewedRow | undefined>();
      for (const lease of skipped) later.set(lease, await renewPatiently(context, connection, lease, leaseMs));
      return leases.map((lease, n) => {
        const { held = false, revision = 0 } = later.get(lease) ?? first.get(n) ?? {};
        return { runId: lease.runId, held, revision };
      });
    }),
  );
}

async function renewPatiently(context: PostgresContext, connection: PgConnection, lease: Lease, leaseMs: number) {
  try {
    const waited = await renew(context, connection, [lease], leaseMs, 'renewLeasesPatiently');
    if (waited.get(0)?.renewed) return waited.get(0);
  } catch (error) {
    // The wait for the row was cut off (`lock_timeout`): somebody holds it for long.
    if (!isContention(error)) throw error;
  }
  // What stood in the way may have taken the run over: only a statement that begins now sees that.
  return (await renew(context, connection, [lease], leaseMs, 'renewLeases')).get(0);
}

function renew(
  { statements, clock }: PostgresContext,
  connection: PgConnection,
  leases: readonly Lease[],
  leaseMs: number,
  how: 'renewLeases' | 'renewLeasesPatiently',
): Promise<ReadonlyMap<number, RenewedRow>> {
  const at = clock.toleranceMs === null ? clock.now() : null;
  return renewOnce(statements[how], connection, { leases, leaseMs, at });
}
