import type { Lease } from '../store-types.js';
import type { PgConnection } from './client.js';
import type { Compiled } from './compile-text.js';
import type { RenewedRow } from './small-statements.js';

/** What to renew, and by how much. */
export interface RenewalRequest {
  readonly leases: readonly Pick<Lease, 'runId' | 'worker' | 'fence'>[];
  readonly leaseMs: number;
  /** The instant from which the leases last; null: the server's own. */
  readonly at: number | null;
}

/** Sends one of the statements that renew leases; gives what became of each, by its place in the list. */
export async function renewOnce(
  statement: Compiled<RenewedRow>,
  connection: Pick<PgConnection, 'query'>,
  { leases, leaseMs, at }: RenewalRequest,
): Promise<ReadonlyMap<number, RenewedRow>> {
  const rows = await statement.all(connection, {
    leases: JSON.stringify(leases.map(({ runId, fence, worker }, n) => ({ n, run: runId, fence, worker }))),
    at,
    leaseMs: Math.trunc(leaseMs),
  });
  return new Map(rows.map((row) => [row.n, row]));
}
