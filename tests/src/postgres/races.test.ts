import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { type CountingPool, countingPool } from './support/counting-pool.js';
import { dump, expectWhole } from './support/expect-whole.js';
import { completed, freeRun, heldLeases, json, runFailed, started } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
const gate = 4711;
let database: TestDatabase;
let outsider: WorkflowStore;
let client: pg.Client;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await postgres.database();
  outsider = await openStore(database.url, { migrate: true });
  client = new pg.Client(database.url);
  await client.connect();
});

afterEach(async () => {
  await client.query('SELECT pg_advisory_unlock_all()');
  for (const close of open.splice(0)) await close();
});

afterAll(async () => {
  await outsider.close();
  await client.end();
});

/** A store whose hot statement stops between its snapshot and its first lock until the gate is opened. */
async function slowStore(distort = (text: string) => text): Promise<{ store: WorkflowStore; counting: CountingPool }> {
  const counting = countingPool(database.url, (text) =>
    text.startsWith('WITH entry AS') ? withGate(distort(text)) : text,
  );
  const store = await openStore({ client: drizzle({ client: counting.pool }) });
  open.push(async () => {
    await store.close();
    await counting.pool.end();
  });
  return { store, counting };
}

/** Each entry passes the gate before its run is locked: the lock is taken for entries that are there. */
function withGate(text: string): string {
  const pass = `pg_advisory_xact_lock_shared(${gate}) AS gate`;
  const gated = text.replace(
    /FROM (json_to_recordset\(\$1::json\) AS e \([^)]*\))/,
    (_, entries) => `FROM (SELECT e.*, ${pass} FROM ${entries} OFFSET 0) AS e`,
  );
  if (gated === text) throw new Error('The statement has no place for the gate.');
  return gated;
}

/** Starts work that reaches the gate, does something meanwhile, and lets it go on. */
async function meanwhile<T>(work: () => Promise<T>, act: () => Promise<unknown>): Promise<T> {
  await client.query('SELECT pg_advisory_lock($1)', [gate]);
  const working = work();
  working.catch(() => undefined);
  await eventually('the statement waits at the gate', async () => {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`,
      [gate],
    );
    return rows.length > 0;
  });
  await act();
  await client.query('SELECT pg_advisory_unlock($1)', [gate]);
  return working;
}

describe('a commit of somebody else between the snapshot and the lock', () => {
  const requestCancel = (runId: string) =>
    outsider.transact(runId, () => ({
      changes: [{ type: 'cancel_requested', reason: null }],
      mail: [{ kind: 'cancel', name: null, payload: null }],
      value: null,
    }));

  test('is seen: what the snapshot did not show is neither lost nor overwritten', async () => {
    const { store } = await slowStore();
    const [lease] = await heldLeases(outsider, 1);
    if (lease === undefined) throw new Error('no lease');
    const recorded = await meanwhile(
      () => store.record(lease, [runFailed]),
      () => requestCancel(lease.runId),
    );
    expect(recorded.revision).toBe(3);
    // The run's end takes the request out of the box, also one that came in between.
    expect(await store.readMail(lease.runId)).toEqual([]);
    await expectWhole(store, lease.runId);
  });

  test('would not be seen without the comparison of revisions', async () => {
    const { store } = await slowStore((text) => text.replace('r.revision = e.revision', 'true'));
    const [lease] = await heldLeases(outsider, 1);
    if (lease === undefined) throw new Error('no lease');
    await meanwhile(
      () => store.record(lease, [runFailed]),
      () => requestCancel(lease.runId),
    );
    expect(await store.readMail(lease.runId)).toHaveLength(1);
  });

  test('that takes the run over makes the late write fail, with nothing of it written', async () => {
    const { store } = await slowStore();
    const [lease] = await heldLeases(outsider, 1);
    if (lease === undefined) throw new Error('no lease');
    const takeOver = () =>
      outsider.claimRuns({ runIds: [lease.runId], worker: 'w2', leaseMs: 60_000, mode: 'continue', takeover: true });
    await expect(meanwhile(() => store.record(lease, [completed('s0')]), takeOver)).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
    expect((await store.readSteps(lease.runId))[0]?.status).toBe('running');
    await expectWhole(store, lease.runId);
  });
});

test('a renewal between the snapshot and the lock stays, and the entry is written all the same, in one go', async () => {
  const { store, counting } = await slowStore();
  const [lease] = await heldLeases(outsider, 1);
  if (lease === undefined) throw new Error('no lease');
  counting.take();
  await meanwhile(
    () => store.record(lease, [completed('s0', 1), started('s1')]),
    () => outsider.renewLeases([lease], 3_600_000),
  );
  expect(counting.take()).toEqual(['WITH entry AS']);
  const run = await store.readRun(lease.runId);
  expect([run?.leaseRenewals, run?.revision, run?.lastSeq]).toEqual([1, 2, 5]);
  expect(run?.leaseExpiresAt).toBeGreaterThan(lease.expiresAt + 3_000_000);
  await expectWhole(store, lease.runId);
});

test('a run that somebody has locked holds up nobody else of its batch', async () => {
  const leases = await heldLeases(outsider, 5);
  const busy = leases[2]?.runId ?? '';
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM sisyphus.workflow_runs WHERE id = $1 FOR UPDATE', [busy]);
  const writes = leases.map((lease) => outsider.record(lease, [completed('s0')]));
  await Promise.all(writes.filter((_, n) => n !== 2));
  expect((await outsider.readSteps(busy))[0]?.status).toBe('running');
  await client.query('COMMIT');
  await writes[2];
  expect((await outsider.readSteps(busy))[0]?.status).toBe('completed');
});

test('a lease whose run somebody has locked holds up no other renewal, and is renewed when the lock is gone', async () => {
  const leases = await heldLeases(outsider, 3);
  const busy = leases[1]?.runId ?? '';
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM sisyphus.workflow_runs WHERE id = $1 FOR UPDATE', [busy]);
  const renewing = outsider.renewLeases(leases, 60_000);
  await eventually('the others are renewed', async () => {
    const runs = await Promise.all(leases.map(({ runId }) => outsider.readRun(runId)));
    return runs.map((run) => run?.leaseRenewals).join() === '1,0,1';
  });
  await client.query('COMMIT');
  expect((await renewing).map(({ held }) => held)).toEqual([true, true, true]);
  expect((await outsider.readRun(busy))?.leaseRenewals).toBe(1);
});

describe('a large value that one commit refers to while another deletes its last other user', () => {
  const large = 'y'.repeat(20_000);
  const bodies = async () => (await client.query('SELECT 1 FROM sisyphus.payloads')).rows.length;

  async function endedRun(): Promise<string> {
    const [lease] = await heldLeases(outsider, 1);
    if (lease === undefined) throw new Error('no lease');
    await outsider.record(lease, [completed('s0', large), runFailed]);
    return lease.runId;
  }

  test('is written anew when the deletion comes first', async () => {
    const ended = await endedRun();
    const [lease] = await heldLeases(outsider, 1);
    if (lease === undefined) throw new Error('no lease');
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM sisyphus.payloads FOR UPDATE');
    await client.query('DELETE FROM sisyphus.payloads');
    const recording = outsider.record(lease, [completed('s0', large)]);
    await eventually('the commit waits for the deletion', () => isWaiting());
    await client.query('COMMIT');
    await recording;
    expect((await outsider.readSteps(lease.runId))[0]?.result).toBe(json(large));
    await outsider.deleteRuns([ended]);
    expect((await outsider.readSteps(lease.runId))[0]?.result).toBe(json(large));
    await expectWhole(outsider, lease.runId);
  });

  test('is kept when the reference comes first', async () => {
    const ended = await endedRun();
    const [lease] = await heldLeases(outsider, 1);
    if (lease === undefined) throw new Error('no lease');
    // A commit under way: it has locked the value and written its reference, and has not ended yet.
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO sisyphus.payloads SELECT * FROM sisyphus.payloads
       ON CONFLICT (sha256) DO UPDATE SET bytes = excluded.bytes WHERE false`,
    );
    await client.query(
      `UPDATE sisyphus.workflow_runs SET input_ref = (SELECT sha256 FROM sisyphus.payloads LIMIT 1), input = NULL WHERE id = $1`,
      [lease.runId],
    );
    const deleting = outsider.deleteRuns([ended]);
    await eventually('the deletion waits for the commit', () => isWaiting());
    await client.query('COMMIT');
    expect(await deleting).toBe(1);
    expect((await outsider.readRun(lease.runId))?.input).toBe(json(large));
    expect(await bodies()).toBe(1);
  });

  async function isWaiting(): Promise<boolean> {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }
});

test('claims, deletions and enqueueing of many runs in opposite orders never end in a deadlock', async () => {
  const before = await deadlocks();
  const stores = await Promise.all([0, 1, 2].map(() => openStore(database.url)));
  for (const store of stores) open.push(() => store.close());
  const runIds = (await outsider.createRuns(Array.from({ length: 12 }, () => freeRun()))).map(({ runId }) => runId);
  const work = stores.map(async (store, index) => {
    const ids = index === 1 ? [...runIds].reverse() : runIds;
    for (let n = 0; n < 15; n++) {
      const outcomes = await store.claimRuns({
        runIds: ids,
        worker: `w${index}`,
        leaseMs: 60_000,
        mode: 'continue',
        takeover: true,
      });
      const leases = outcomes.flatMap((outcome) => (outcome.kind === 'claimed' ? [outcome.lease] : []));
      await store.renewLeases([...leases].reverse(), 60_000);
      await Promise.allSettled(leases.map((lease) => store.record(lease, [{ type: 'run_released' }])));
      await Promise.all([1, 2].map((k) => store.createRuns([freeRun({ idempotencyKey: `${n}-${k}` })])));
    }
  });
  await Promise.all(work);
  expect(await deadlocks()).toBe(before);
  for (const runId of runIds) await expectWhole(outsider, runId);
  expect((await dump(outsider, runIds[0] ?? '')).run?.fence).toBeGreaterThan(0);
});

async function deadlocks(): Promise<number> {
  const { rows } = await client.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
  return Number(rows[0].deadlocks);
}
