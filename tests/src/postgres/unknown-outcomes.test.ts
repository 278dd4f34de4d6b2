import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { dump, expectWhole } from './support/expect-whole.js';
import { openGatedStore } from './support/gated-store.js';
import { completed, heldLeases, started } from './support/sample-runs.js';
import { startSilentProxy } from './support/silent-proxy.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
let database: TestDatabase;
let store: WorkflowStore;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await postgres.database();
  store = await openStore(database.url, { migrate: true });
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
afterAll(() => store.close());

/** Ends the sessions whose statement under way is like this, and waits until they are gone. */
async function endSessions(statement: string): Promise<void> {
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE $1`,
    [statement],
  );
  await client.end();
}

describe('a connection that is lost without a word in the middle of a commit', () => {
  test('surfaces as STORE_IO of unknown outcome, and nothing is half written', async () => {
    const gated = await openGatedStore(database.url);
    open.push(gated.close);
    const leases = await heldLeases(store, 3);
    const before = await Promise.all(leases.map(({ runId }) => dump(store, runId)));
    const writes = leases.map((lease) => gated.store.record(lease, [completed('s0'), started('s1')]));
    const outcomes = Promise.allSettled(writes);
    await gated.atTheGate();
    gated.breakConnections();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'STORE_IO', details: { outcome: 'unknown' } },
      });
    // The server does not know of the loss yet, and would commit.
    await endSessions('WITH entry AS%');
    expect(await Promise.all(leases.map(({ runId }) => dump(store, runId)))).toEqual(before);
  });

  test('may be kept all the same when the server gets to its end', async () => {
    const gated = await openGatedStore(database.url);
    open.push(gated.close);
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    const write = gated.store.record(lease, [completed('s0'), started('s1')]).catch((error: unknown) => error);
    await gated.atTheGate();
    gated.breakConnections();
    expect(await write).toMatchObject({ details: { outcome: 'unknown' } });
    await gated.openGate();
    await eventually('it is kept', async () => (await store.readRun(lease.runId))?.revision === 2);
    await expectWhole(store, lease.runId);
  });

  test('is waited for by whoever claims the run next: the claim brings what was kept', async () => {
    const gated = await openGatedStore(database.url);
    open.push(gated.close);
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    const write = gated.store.record(lease, [completed('s0'), started('s1')]).catch((error: unknown) => error);
    await gated.atTheGate();
    gated.breakConnections();
    await write;
    const { runId, worker } = lease;
    const claiming = store.claimRuns({ runIds: [runId], worker, leaseMs: 60_000, mode: 'continue', takeover: true });
    await gated.openGate();
    const [outcome] = await claiming;
    const steps = outcome?.kind === 'claimed' ? outcome.steps : [];
    expect(steps.map(({ stepKey, status }) => [stepKey, status])).toEqual([
      ['s0', 'completed'],
      ['s1', 'running'],
    ]);
    await expectWhole(store, runId);
  });
});

test('a server that does not answer any more is given up, and the next commit goes another way', async () => {
  const proxy = await startSilentProxy(database.url);
  open.push(() => proxy.close());
  const leases = await heldLeases(store, 2);
  const [first, second] = leases;
  if (first === undefined || second === undefined) throw new Error('no lease');
  const patient = await openStore(`${proxy.url}?query_timeout=300`);
  open.unshift(() => patient.close());
  proxy.silence();
  await expect(patient.record(first, [completed('s0')])).rejects.toMatchObject({
    code: 'STORE_IO',
    details: { outcome: 'unknown' },
  });
  await patient.record(second, [completed('s0')]);
  await expectWhole(store, second.runId);
});
