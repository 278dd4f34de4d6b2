import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { eventually } from '../../support/eventually.js';
import { countingPool } from './counting-pool.js';
import { breakSocket } from './losing-pool.js';

/** A store whose step boundaries stop just before their commit, when all their rows are written, until a gate is opened. */
export interface GatedStore {
  readonly store: WorkflowStore;
  /** Resolves when a statement stands at the gate. */
  atTheGate(): Promise<void>;
  openGate(): Promise<void>;
  /** Breaks the store's connections as a lost network does. */
  breakConnections(): void;
  close(): Promise<void>;
}

let gates = 4711;

/** Opens a store on a migrated database, with its gate shut. */
export async function openGatedStore(url: string): Promise<GatedStore> {
  gates += 1;
  const gate = gates;
  const keeper = new pg.Client(url);
  await keeper.connect();
  await keeper.query('SELECT pg_advisory_lock($1)', [gate]);
  const { pool } = countingPool(url, (text) => (text.startsWith('WITH entry AS') ? withGate(text, gate) : text));
  const clients = new Set<pg.PoolClient>();
  pool.on('connect', (client) => void clients.add(client));
  const store = await openStore({ client: drizzle({ client: pool }) });
  return {
    store,
    atTheGate: async () => {
      await eventually('a statement stands at the gate', async () => {
        const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`;
        return (await keeper.query(waiting, [gate])).rows.length > 0;
      });
    },
    openGate: async () => void (await keeper.query('SELECT pg_advisory_unlock_all()')),
    breakConnections: () => {
      for (const client of clients) breakSocket(client);
    },
    close: async () => {
      // Its lock ends with it.
      await keeper.end();
      await store.close();
      await pool.end();
    },
  };
}

function withGate(text: string, gate: number): string {
  // It refers to the row, so that it is evaluated for each that was written.
  const pass = `(SELECT pg_advisory_xact_lock_shared(${gate}) WHERE written.n >= 0 OFFSET 0) AS pass`;
  const gated = text.replace(/FROM written$/, `FROM written CROSS JOIN LATERAL ${pass}`);
  if (gated === text) throw new Error('The statement has no place for the gate.');
  return gated;
}
