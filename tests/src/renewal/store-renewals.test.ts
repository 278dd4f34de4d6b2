import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Lease, type LeaseRenewals, openStore, type Renewal, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';
import { useDatabases, useObservers } from './support/databases.js';

vi.setConfig({ testTimeout: 120_000 });

const databases = useDatabases();
const tempFolder = useTempFolder();
const observe = useObservers();
const leaseMs = 900;
const never = (error: Error): never => {
  throw error;
};

describe.each(databases)('leases that a thread renews on %s', (_, makeDatabase) => {
  let folder: string;
  let location: string;
  let store: WorkflowStore;
  let renewals: LeaseRenewals;
  let told: Renewal[];

  beforeEach(async () => {
    folder = tempFolder();
    location = await makeDatabase(folder);
    store = await openStore(location);
    expect(store.capabilities.leaseRenewal).toBe('thread');
    told = [];
    renewals = start();
  });
  afterEach(() => store.close());

  function start(maxSilenceMs?: number): LeaseRenewals {
    const onRenewals = (all: readonly Renewal[]): void => void told.push(...all);
    const started = store.startRenewals({ leaseMs, maxSilenceMs, onRenewals, onError: never });
    return started ?? expect.fail('no thread');
  }

  async function held(id: string): Promise<Lease> {
    const lease = { worker: `the worker of ${id}, ä`, leaseMs };
    const [created] = await store.createRuns([{ id, name: 'x', input: null, lease }]);
    return created?.lease ?? expect.fail('the run has a lease');
  }

  const readRun = async (id: string) => (await store.readRun(id)) ?? expect.fail('there is a run');
  const renewalsOf = async (id: string) => (await readRun(id)).leaseRenewals;
  const renewed = (id: string, times = 1) =>
    eventually(`${id} is renewed ${times} times`, async () => (await renewalsOf(id)) >= times);
  const expired = (id: string) =>
    eventually(`the lease of ${id} is over`, async () => {
      const { leaseExpiresAt } = await readRun(id);
      return leaseExpiresAt !== null && leaseExpiresAt <= (await store.now());
    });

  test('are moved to their full length again, all of them, long ids and many runs included', async () => {
    const ids = ['a', 'ö'.repeat(300), ...Array.from({ length: 130 }, (_, n) => `run ${n}`)];
    for (const id of ids) renewals.keep(await held(id));
    for (const id of ids) await renewed(id, 3);
    const { leaseExpiresAt, leaseMs: length, revision } = await readRun('a');
    expect([length, revision]).toEqual([leaseMs, 1]);
    expect((leaseExpiresAt ?? 0) - (await store.now())).toBeLessThanOrEqual(leaseMs);
    expect(told.every((renewal) => renewal.held && renewal.revision === 1)).toBe(true);
  });

  test('are left alone once they are dropped', async () => {
    const [a, b] = [await held('a'), await held('b')];
    renewals.keep(a);
    renewals.keep(b);
    await renewed('a');
    renewals.drop('a');
    const before = await renewalsOf('a');
    await renewed('b', (await renewalsOf('b')) + 3);
    // One renewal may have been under way.
    expect(await renewalsOf('a')).toBeLessThanOrEqual(before + 1);
    await expired('a');
  });

  test('run out after the instant up to which they are allowed, and are renewed again when there is another', async () => {
    const [a, b] = [await held('a'), await held('b')];
    for (const lease of [a, b]) renewals.keep(lease);
    renewals.allowUntil('a', performance.now());
    await expired('a');
    expect(await renewalsOf('b')).toBeGreaterThan(0);
    renewals.allowUntil('a', null);
    await renewed('a', (await renewalsOf('a')) + 1);
  });

  test('run out when the event loop gives no sign of life for too long', async () => {
    const patient = start(60_000);
    const lease = await held('a');
    patient.keep(lease);
    await renewed('a');
    start(1).beat();
    await expired('a');
    patient.beat();
    await renewed('a', (await renewalsOf('a')) + 1);
  });

  test('are reported when they are lost, again and again, and no more when they were dropped', async () => {
    const lease = await held('a');
    renewals.keep(lease);
    await renewed('a');
    const [claim] = await store.claimRuns({
      runIds: ['a'],
      mode: 'continue',
      worker: 'other',
      leaseMs,
      takeover: true,
    });
    expect(claim?.kind).toBe('claimed');
    const losses = () => told.filter((renewal) => renewal.runId === 'a' && !renewal.held);
    await eventually('it is told twice', () => losses().length >= 2);
    expect(losses()[0]).toEqual({ runId: 'a', held: false, revision: 2 });
    renewals.drop('a');
    const count = losses().length;
    renewals.keep(await held('b'));
    await renewed('b', 2);
    expect(losses()).toHaveLength(count);
  });

  test('of a run kept again under a new fence are renewed under that one', async () => {
    renewals.keep(await held('a'));
    const [claim] = await store.claimRuns({ runIds: ['a'], mode: 'continue', worker: 'w', leaseMs, takeover: true });
    renewals.keep(claim?.kind === 'claimed' ? claim.lease : expect.fail('it can be claimed'));
    await renewed('a', 3);
    expect(told.filter((renewal) => !renewal.held)).toEqual([]);
  });

  test("tell of an outsider's commit by the run's revision", async () => {
    renewals.keep(await held('a'));
    await renewed('a');
    await store.transact('a', () => ({ changes: [{ type: 'cancel_requested', reason: null }], value: null }));
    await eventually('it is told', () => told.some((renewal) => renewal.held && renewal.revision === 2));
  });

  test('of several holders are told of to their own holder only, each with its own length', async () => {
    const [own, others]: Renewal[][] = [[], []];
    const one = store.startRenewals({ leaseMs, onRenewals: (all) => void own?.push(...all), onError: never });
    const slow = store.startRenewals({
      leaseMs: leaseMs * 100,
      onRenewals: (all) => void others?.push(...all),
      onError: never,
    });
    one?.keep(await held('a'));
    slow?.keep(await held('b'));
    await renewed('b');
    expect(((await readRun('b')).leaseExpiresAt ?? 0) - (await store.now())).toBeGreaterThan(leaseMs * 10);
    await renewed('a', 4);
    expect(await renewalsOf('b')).toBe(1);
    expect([own, others].map((all) => new Set(all?.map(({ runId }) => runId)))).toEqual([
      new Set(['a']),
      new Set(['b']),
    ]);
  });

  test('end with their holder: what the others keep goes on', async () => {
    const other = start();
    renewals.keep(await held('a'));
    other.keep(await held('b'));
    await renewed('a');
    renewals.stop();
    renewals.keep(await held('c'));
    await expired('a');
    await expired('c');
    await renewed('b', (await renewalsOf('b')) + 1);
    expect(await renewalsOf('c')).toBe(0);
  });

  test('end with the store, which leaves no connection behind', async () => {
    const observer = await observe(location);
    renewals.keep(await held('a'));
    await renewed('a');
    await observer.close();
    await store.close();
    expect(store.startRenewals({ leaseMs, onRenewals: () => undefined, onError: never })).toBeNull();
    // SQLite removes its log with the last connection to the file.
    if (!location.startsWith('postgres')) expect(existsSync(join(folder, 'state.db-wal'))).toBe(false);
    renewals.keep({ runId: 'b', worker: 'w', fence: 1, revision: 1, expiresAt: 0 });
    renewals.beat();
  });
});
