import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { heldRun, leaseMs, leaseOf, started } from '../store/sample-changes.js';
import { type CrashingStore, type CrashPoint, crashAt } from './crash-at.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Says whether a promise is still open after everything that was under way is done. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await nextTurn();
  await nextTurn();
  return !settled;
}

/** Five counted writes, as an executor makes them: create, three records, an event. */
async function work(store: WorkflowStore, id = 'run'): Promise<string> {
  const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
  for (const key of ['a', 'b', 'c']) await store.record(lease, [started(key)]);
  await store.renewLeases([lease], leaseMs);
  await store.logEvent(id, 'note', null);
  return 'done';
}

async function crash(
  point: CrashPoint,
): Promise<{ real: WorkflowStore; store: CrashingStore<unknown>; outcome: Promise<string> }> {
  const real = await openStore(':memory:');
  const store = crashAt(real, point);
  const outcome = work(store);
  await store.crashed;
  return { real, store, outcome };
}

describe('crashAt', () => {
  it.each([1, 2, 3, 4, 5])('stops before write %i: the store never hears of it', async (call) => {
    const { real, store, outcome } = await crash({ call, moment: 'before' });
    expect(await isOpen(outcome)).toBe(true);
    expect((await real.readRun('run'))?.revision ?? 0).toBe(call - 1);
    expect([store.calls, store.hasCrashed]).toEqual([call, true]);
  });

  it.each([1, 2, 3, 4, 5])('stops after write %i: it is committed, its caller never hears', async (call) => {
    const { real, store, outcome } = await crash({ call, moment: 'after' });
    expect(await isOpen(outcome)).toBe(true);
    expect((await real.readRun('run'))?.revision).toBe(call);
    expect(store.calls).toBe(call);
  });

  it('never stops past the last write, and says how many there were and which', async () => {
    const store = crashAt(await openStore(':memory:'), { call: 6, moment: 'before' });
    expect(await work(store)).toBe('done');
    expect([store.calls, store.hasCrashed]).toEqual([5, false]);
    expect(store.verbs).toEqual(['createRuns', 'record', 'record', 'record', 'logEvent']);
  });

  it('passes refusals on while the process lives', async () => {
    const store = crashAt(await openStore(':memory:'), { call: Number.POSITIVE_INFINITY, moment: 'after' });
    await expect(store.logEvent('nowhere', 'note', null)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('stops after a write that is refused just as well', async () => {
    const store = crashAt(await openStore(':memory:'), { call: 1, moment: 'after' });
    const outcome = store.logEvent('nowhere', 'note', null);
    await store.crashed;
    expect(await isOpen(outcome)).toBe(true);
  });

  it('settles nothing and reaches the store with nothing afterwards', async () => {
    const { real, store } = await crash({ call: 2, moment: 'after' });
    const lease = leaseOf((await real.createRuns([heldRun('other')]))[0]);
    const calls: Promise<unknown>[] = [
      store.createRuns([heldRun('late')]),
      store.claimRuns({ runIds: ['other'], worker: 'w', leaseMs, mode: 'continue', takeover: true }),
      store.renewLeases([lease], leaseMs),
      store.record(lease, [started('a')]),
      store.recordWith(lease, () => [started('a')]),
      store.transact('other', () => ({ changes: [{ type: 'workflow_cancelled', reason: null }], value: null })),
      store.logEvent('other', 'note', null),
      store.deleteRuns(['other']),
      ...[store.readRun('run'), store.readSteps('run'), store.readEvents('run'), store.readMail('run')],
      ...[store.readDefinition('h'), store.readRevisions(['run']), store.getRunState('run'), store.listRuns()],
      store.close(),
    ];
    for (const call of calls) expect(await isOpen(call)).toBe(true);
    expect(await real.readRun('late')).toBeNull();
    expect((await real.readRun('other'))?.revision).toBe(1);
  });

  it('calls no listener afterwards, whenever it was added', async () => {
    const real = await openStore(':memory:');
    await real.createRuns([heldRun('run')]);
    const store = crashAt(real, { call: 1, moment: 'before' });
    let calls = 0;
    const listener = (): void => {
      calls++;
    };
    store.watch(listener);
    void store.logEvent('run', 'note', null);
    await store.crashed;
    store.watch(listener)();
    await real.transact('run', () => ({ changes: [{ type: 'cancel_requested', reason: null }], value: null }));
    expect(calls).toBe(0);
  });

  it('waits with its report until the writes of the same turn are done, which their callers do not hear either', async () => {
    const real = await openStore(':memory:');
    const leases = (await real.createRuns(['a', 'b', 'c'].map((id) => heldRun(id)))).map(leaseOf);
    const store = crashAt(real, { call: 3, moment: 'before' });
    const outcomes = leases.map((lease) => store.record(lease, [started('s')]));
    await store.crashed;
    expect(await Promise.all(outcomes.map(isOpen))).toEqual([true, true, true]);
    expect(await real.readRevisions(['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', 2],
        ['b', 2],
        ['c', 1],
      ]),
    );
  });

  it('leaves the store open for others', async () => {
    const { real } = await crash({ call: 1, moment: 'before' });
    expect(await work(real)).toBe('done');
  });
});
