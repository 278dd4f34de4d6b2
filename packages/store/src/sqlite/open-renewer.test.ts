import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Renewer } from '../renewal/renewer.js';
import type { WorkflowStore } from '../store.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { openRenewer } from './open-renewer.js';
import { openSqliteStore } from './open-sqlite-store.js';
import { renewalTarget } from './renewal-target.js';
import { prepareStatements } from './statements.js';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let store: WorkflowStore;
let renewer: Renewer;

beforeEach(async () => {
  folder = temporaryFolder();
  path = folder.path('state.db');
  store = await openSqliteStore(path);
  renewer = await openRenewer(target(), 20);
});
afterEach(async () => {
  await renewer.close();
  await store.close();
  folder.remove();
});

function target() {
  const client = new Database(path);
  const found = renewalTarget(client, prepareStatements(drizzle({ client }), client));
  client.close();
  return found ?? expect.fail('the file can be opened again');
}

async function held(id: string) {
  const [created] = await store.createRuns([{ id, name: 'x', input: null, lease: { worker: 'w', leaseMs: 1000 } }]);
  return created?.lease ?? expect.fail('the run has a lease');
}

describe('a connection that renews leases', () => {
  it('moves the ends of all that are held, and tells of those that are not', async () => {
    const [kept, taken] = [await held('kept'), await held('taken')];
    await store.claimRuns({ runIds: ['taken'], mode: 'continue', worker: 'v', leaseMs: 1000, takeover: true });
    const missing = { ...kept, runId: 'missing' };
    const before = Date.now();
    expect(await renewer.renew([taken, kept, missing], 50_000)).toEqual([
      { runId: 'taken', held: false, revision: 2, isPending: false },
      { runId: 'kept', held: true, revision: 1, isPending: false },
      { runId: 'missing', held: false, revision: 0, isPending: false },
    ]);
    const run = await store.readRun('kept');
    expect(run?.leaseExpiresAt).toBeGreaterThanOrEqual(before + 50_000);
    expect(run?.leaseRenewals).toBe(1);
  });

  it('says when somebody else holds the lock for longer than it may wait', async () => {
    const lease = await held('a');
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(renewer.renew([lease], 1000)).rejects.toMatchObject({ code: 'STORE_BUSY', retryable: true });
    other.exec('ROLLBACK');
    other.close();
    expect(await renewer.renew([lease], 1000)).toMatchObject([{ held: true }]);
  });

  it('is not made on a file that is gone, which is not made anew either', async () => {
    const gone = { ...target(), path: folder.path('gone.db') };
    await expect(openRenewer(gone, 20)).rejects.toMatchObject({ code: 'STORE_OPEN' });
    await expect(openRenewer(gone, 20)).rejects.toThrow('gone.db');
  });
});
