import { LeaseLostError } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunReleasedError, WorkflowCancelledError, WorkflowFailedError } from '../errors.js';
import { type DrivenTest, drive } from './test-support/drive.js';

// Promises and immediates stay real: the store's writes need them.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Lets what is under way come to rest: commits of a store in memory need a few turns of the event loop. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function typesOf({ events }: DrivenTest): Promise<readonly string[]> {
  return (await events()).map(({ type, stepKey }) => (stepKey === null ? type : `${type} ${stepKey}`));
}

describe('a driven run', () => {
  it('commits the outcomes of one turn of the event loop together', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b', needs: [] }, { id: 'c', needs: [] }]);
    for (const { resolve } of run.calls) resolve();
    await run.driver.result;
    expect(run.commits).toEqual([['step_completed a', 'step_completed b', 'step_completed c', 'workflow_completed']]);
  });

  it('enters a handler only once its start is committed (pitfall 29)', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b' }]);
    const { record } = run.store;
    let isCommitted = false;
    run.store.record = async (...args) => {
      const recorded = await record(...args);
      expect(run.calls).toHaveLength(1);
      isCommitted = true;
      return recorded;
    };
    run.calls[0]?.resolve();
    await rest();
    expect([isCommitted, run.calls.length]).toEqual([true, 2]);
  });

  it('makes one commit at a time: what happens meanwhile goes into the next', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b', needs: [] }, { id: 'c', needs: [] }]);
    run.calls[0]?.resolve();
    // After the turn in which the first commit began.
    await new Promise((resolve) => process.nextTick(resolve));
    run.calls[1]?.resolve();
    run.calls[2]?.resolve();
    await run.driver.result;
    expect(run.commits.flat()).toEqual([
      'step_completed a',
      'step_completed b',
      'step_completed c',
      'workflow_completed',
    ]);
    expect(run.commits.length).toBeLessThanOrEqual(2);
  });

  it('gives the caller what was stored', async () => {
    const run = await drive([{ id: 'a' }]);
    run.calls[0]?.resolve({ n: -0, gone: undefined });
    expect(await run.driver.result).toEqual({
      runId: run.driver.runId,
      status: 'completed',
      context: { n: 0 },
      output: null,
    });
  });

  it('tells its observer of each commit after it was made, and keeps log lines in the log', async () => {
    const run = await drive([{ id: 'a' }]);
    run.calls[0]?.run.log('hello', { n: 1 });
    run.calls[0]?.run.progress(0.5);
    run.calls[0]?.resolve();
    await run.driver.result;
    expect(run.observed.map(({ kind }) => kind)).toEqual(['committed', 'log', 'progress', 'committed']);
    const line = (await run.events()).find(({ type }) => type === 'log');
    expect(line).toMatchObject({ source: 'user', payload: '{"stepKey":"a","message":"hello","data":{"n":1}}' });
  });
});

describe('a step that fails in a driven run', () => {
  it('is attempted again after its wait, not before', async () => {
    const run = await drive([{ id: 'a', retry: { attempts: 2, backoff: 1000, jitter: 'none' } }]);
    run.calls[0]?.reject(new Error('no'));
    await rest();
    vi.advanceTimersByTime(999);
    await rest();
    expect(run.calls).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await rest();
    expect(run.calls[1]?.run.attempt).toBe(2);
  });

  it('aborts its siblings, waits for their end, and then the run ends, once (pitfall 22)', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b', needs: [] }, { id: 'c', needs: [] }]);
    run.calls[0]?.reject(new Error('no'));
    await rest();
    expect(run.calls[1]?.run.signal.aborted).toBe(true);
    expect(await typesOf(run)).not.toContain('workflow_failed');
    run.calls[1]?.reject(run.calls[1].run.signal.reason);
    run.calls[2]?.resolve('done all the same');
    await expect(run.driver.result).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await typesOf(run)).slice(-4)).toEqual([
      'step_failed a',
      'step_cancelled b',
      'step_completed c',
      'workflow_failed a',
    ]);
  });

  it('gives what undoes the run its own time, whatever grace its siblings had', async () => {
    const undone = { id: 'a', compensate: { type: 't' } };
    const run = await drive([undone, { id: 'b' }, { id: 'c', needs: ['a'] }], { abortGraceMs: 300 });
    run.calls[0]?.resolve('a');
    await rest();
    run.calls[1]?.reject(new Error('no'));
    await rest();
    vi.advanceTimersByTime(200);
    run.calls[2]?.reject(new Error('aborted'));
    await rest();
    expect(run.calls[3]?.run).toMatchObject({ stepKey: 'a/compensate', attempt: 1 });
    vi.advanceTimersByTime(10_000);
    run.driver.cancel('too late');
    await rest();
    expect(run.calls[3]?.run.signal.aborted).toBe(false);
    run.calls[3]?.resolve();
    await expect(run.driver.result).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await typesOf(run)).slice(-5)).toEqual([
      'step_cancelled c',
      'workflow_ending b',
      'step_started a/compensate',
      'step_completed a/compensate',
      'workflow_failed b',
    ]);
  });

  it('abandons siblings that ignore their signal after the grace (pitfall 23)', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b', needs: [] }], { abortGraceMs: 300 });
    run.calls[0]?.reject(new Error('no'));
    await rest();
    vi.advanceTimersByTime(299);
    await rest();
    expect(await typesOf(run)).not.toContain('workflow_failed a');
    vi.advanceTimersByTime(1);
    await expect(run.driver.result).rejects.toBeInstanceOf(WorkflowFailedError);
    run.calls[1]?.resolve('too late');
    await rest();
    expect((await typesOf(run)).slice(-2)).toEqual(['step_cancelled b', 'workflow_failed a']);
  });
});

describe('a driven run that is ended from outside', () => {
  it('is cancelled once its handlers have ended: one terminal event, no step left open (pitfalls 22, 23)', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b' }]);
    run.driver.cancel('enough');
    run.driver.cancel('again');
    expect(run.calls[0]?.run.signal.aborted).toBe(true);
    run.calls[0]?.reject(new Error('stopped'));
    await expect(run.driver.result).rejects.toBeInstanceOf(WorkflowCancelledError);
    expect((await typesOf(run)).slice(-2)).toEqual(['step_cancelled a', 'workflow_cancelled']);
    expect(run.calls).toHaveLength(1);
  });

  it('is cancelled while it waits for a retry, and the retry never comes', async () => {
    const run = await drive([{ id: 'a', retry: { attempts: 2, backoff: '1h' } }]);
    run.calls[0]?.reject(new Error('no'));
    await rest();
    run.driver.cancel(null);
    await expect(run.driver.result).rejects.toBeInstanceOf(WorkflowCancelledError);
    vi.advanceTimersByTime(10_000_000);
    await rest();
    expect([run.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('is given back when it is released: what is in hand is recorded, nothing new starts', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b' }]);
    run.driver.release();
    expect(run.calls[0]?.run.signal.aborted).toBe(false);
    run.calls[0]?.resolve(1);
    await expect(run.driver.result).rejects.toBeInstanceOf(RunReleasedError);
    expect((await typesOf(run)).slice(-2)).toEqual(['step_completed a', 'run_released']);
    expect(run.calls).toHaveLength(1);
  });

  it('completes when it is released in its last step', async () => {
    const run = await drive([{ id: 'a' }]);
    run.driver.release();
    run.calls[0]?.resolve(1);
    expect(await run.driver.result).toMatchObject({ status: 'completed' });
  });

  it('stops without a write when it is abandoned, and its handlers are aborted (pitfall 16)', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b' }]);
    const error = new LeaseLostError(run.driver.runId, 1, 'they took it');
    run.driver.abandon(error);
    expect(run.calls[0]?.run.signal.reason).toBe(error);
    run.calls[0]?.resolve('late');
    await rest();
    await expect(run.driver.result).rejects.toBe(error);
    expect(run.commits).toEqual([]);
  });

  it('stops when a commit is refused, and the caller gets that error', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b' }]);
    const [outcome] = await run.store.claimRuns({
      runIds: [run.driver.runId],
      mode: 'resume',
      takeover: true,
      worker: 'they',
      leaseMs: 1000,
    });
    expect(outcome?.kind).toBe('claimed');
    run.calls[0]?.resolve('late');
    await expect(run.driver.result).rejects.toBeInstanceOf(LeaseLostError);
    expect(run.calls).toHaveLength(1);
    expect(await typesOf(run)).not.toContain('step_completed a');
  });

  it('says so when a commit made here shows that somebody else wrote', async () => {
    const run = await drive([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    const told = vi.fn();
    run.driver.whenOutsideCommit(told);
    run.calls[0]?.resolve();
    await rest();
    expect(told).not.toHaveBeenCalled();
    await run.store.transact(run.driver.runId, () => ({
      changes: [{ type: 'cancel_requested', reason: null }],
      value: null,
    }));
    run.calls[1]?.resolve();
    await rest();
    expect(told).toHaveBeenCalledTimes(1);
  });
});
