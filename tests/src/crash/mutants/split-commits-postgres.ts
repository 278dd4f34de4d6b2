import { type OpenStoreOptions, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import { v7 as uuidv7 } from 'uuid';
import { countingPool } from '../../postgres/support/counting-pool.js';

const log = '"sisyphus"."audit_events"';

/**
 * The fault of `openSplitStore` on PostgreSQL: events wait in a table of this process until `logEvent` moves them to the
 * log, in a commit of its own. After a crash nobody looks into that table any more.
 */
export async function openSplitPostgresStore(location: string, options: OpenStoreOptions): Promise<WorkflowStore> {
  const waiting = `"sisyphus"."events_of_${uuidv7()}"`;
  const { pool } = countingPool(location, (text) => text.replaceAll(`INSERT INTO ${log}`, `INSERT INTO ${waiting}`));
  await pool.query(`CREATE TABLE ${waiting} (LIKE ${log})`);
  const store = await openStore({ client: drizzle({ client: pool }) }, options);
  return {
    ...store,
    logEvent: async () => {
      // Neither text is the one that is rewritten.
      const { rowCount } = await pool.query(
        `WITH moved AS (DELETE FROM ${waiting} RETURNING *) INSERT  INTO ${log} SELECT * FROM moved`,
      );
      return rowCount ?? 0;
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}
