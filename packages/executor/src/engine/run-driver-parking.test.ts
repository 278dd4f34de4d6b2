import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DrivenTest, drive } from './test-support/drive.js';

// Promises and immediates stay real: the store's writes need them.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const retry = (backoff: string) => ({ attempts: 5, backoff, jitter: 'none' as const });
const parkAfterMs = 1000;

/** Lets what is under way come to rest. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function rowOf({ store, driver }: DrivenTest) {
  const row = await store.readRun(driver.runId);
  if (row === null) throw new Error('The run is gone.');
  return row;
}

describe('a run that can only wait', () => {
  it('is parked with the very commit that schedules its retry, and held by nobody', async () => {
    const run = await drive([{ id: 'a', retry: retry('2s') }], { parkAfterMs });
    run.calls[0]?.reject(new Error('not yet'));
    expect(await run.driver.result).toMatchObject({ status: 'waiting', reason: 'retry:a' });
    expect(run.commits).toEqual([['step_retry_scheduled a', 'workflow_suspended']]);
    const { status, leaseWorker, wakeAt, updatedAt } = await rowOf(run);
    expect({ status, leaseWorker, inMs: (wakeAt ?? 0) - updatedAt }).toEqual({
      status: 'waiting',
      leaseWorker: null,
      inMs: 2000,
    });
  });

  it('stays in the process for a wait of a second or less', async () => {
    const run = await drive([{ id: 'a', retry: retry('1s') }], { parkAfterMs });
    run.calls[0]?.reject(new Error('not yet'));
    await rest();
    expect((await rowOf(run)).status).toBe('running');
    vi.advanceTimersByTime(1000);
    await rest();
    expect(run.calls).toHaveLength(2);
  });

  it('is not parked while an attempt runs, and then until the wait that ends first', async () => {
    const steps = [
      { id: 'a', retry: retry('60s') },
      { id: 'b', needs: [], retry: retry('5s') },
      { id: 'c', needs: [] },
    ];
    const run = await drive(steps, { parkAfterMs });
    run.calls[0]?.reject(new Error('not yet'));
    run.calls[1]?.reject(new Error('not yet'));
    await rest();
    expect((await rowOf(run)).status).toBe('running');
    run.calls[2]?.resolve();
    expect(await run.driver.result).toMatchObject({ status: 'waiting', reason: 'retry:b' });
    const [, b] = await run.store.readSteps(run.driver.runId);
    expect((await rowOf(run)).wakeAt).toBe(b?.wakeAt);
  });

  it('is parked for a sleep without an attempt', async () => {
    const run = await drive([{ id: 'nap', type: 'sleep', with: { for: '1h' } }, { id: 'a' }], { parkAfterMs });
    expect(await run.driver.result).toMatchObject({ status: 'waiting', reason: 'sleep:nap' });
    expect(await run.store.readSteps(run.driver.runId)).toMatchObject([
      { stepKey: 'nap', status: 'waiting', attempts: 0 },
    ]);
    expect(run.commits).toEqual([]);
  });

  it('reads what an outsider put in just before, and is not parked over it (pitfall 7)', async () => {
    const run = await drive([{ id: 'a', retry: retry('1h') }], { parkAfterMs });
    const told = vi.fn(() => run.driver.cancel('enough'));
    run.driver.whenOutsideCommit(told);
    await run.store.transact(run.driver.runId, () => ({
      changes: [{ type: 'cancel_requested', reason: 'enough' }],
      mail: [{ kind: 'cancel', name: 'enough', payload: null }],
      value: null,
    }));
    run.calls[0]?.reject(new Error('not yet'));
    await expect(run.driver.result).rejects.toMatchObject({ code: 'WORKFLOW_CANCELLED' });
    expect((await run.events()).map(({ type }) => type)).not.toContain('workflow_suspended');
  });

  it('is parked after all when the news were none of its business', async () => {
    const run = await drive([{ id: 'a', retry: retry('1h') }], { parkAfterMs });
    run.driver.whenOutsideCommit(() => void rowOf(run).then(({ revision }) => run.driver.sawNews(revision)));
    await run.store.logEvent(run.driver.runId, 'note', { by: 'somebody' });
    run.calls[0]?.reject(new Error('not yet'));
    expect(await run.driver.result).toMatchObject({ status: 'waiting' });
    expect(run.commits).toEqual([
      ['step_retry_scheduled a', 'workflow_suspended'],
      ['step_retry_scheduled a'],
      ['workflow_suspended'],
    ]);
  });
});

describe('a run that is interrupted', () => {
  it('is given back without holding the abort against its step', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b', needs: [] }]);
    run.calls[0]?.run.signal.addEventListener('abort', () => run.calls[0]?.reject(new Error('aborted')));
    run.calls[1]?.run.signal.addEventListener('abort', () => run.calls[1]?.resolve());
    run.driver.interrupt();
    await expect(run.driver.result).rejects.toMatchObject({ code: 'RUN_RELEASED' });
    expect(run.commits.flat()).toEqual(['step_completed b', 'run_released']);
    expect(await run.store.readSteps(run.driver.runId)).toMatchObject([
      { stepKey: 'a', status: 'running' },
      { stepKey: 'b', status: 'completed' },
    ]);
  });

  it('is given back after a grace when a handler ignores its signal', async () => {
    const run = await drive([{ id: 'a' }], { abortGraceMs: 5000 });
    run.driver.interrupt();
    await rest();
    vi.advanceTimersByTime(5000);
    await expect(run.driver.result).rejects.toMatchObject({ code: 'RUN_RELEASED' });
  });
});
