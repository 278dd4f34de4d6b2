import { decodeChildEnd } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { call, family, flow } from './test-support/family.js';

const child = flow(
  'child',
  { id: 'first', type: 'give', with: 1 },
  { id: 'last', type: 'shaky', with: '${{ [steps.first.output, input] }}' },
);
const parent = flow('parent', { id: 'before', type: 'give', with: 'b' }, call('call', 'child', { input: 'x' }));

/** A run that failed because the run it waited for did. */
async function failed(...workflows: Parameters<typeof family>[0] & object) {
  const test = await family([child, ...workflows]);
  test.broken.add('last');
  const executor = test.executor();
  await expect(executor.execute(parent, null, { runId: 'p' })).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
  const [first] = await test.children('p');
  return { ...test, executor, childRunId: first?.id ?? '' };
}

describe('a run that failed by the run it waited for', () => {
  it('is resumed with that very run, which goes on from where it failed: nothing is done twice (pitfall 4)', async () => {
    const { executor, broken, done, children, childRunId, store } = await failed();
    broken.clear();
    const { output } = await executor.resume('p');
    expect(output).toEqual([1, 'x']);
    expect((await children('p')).map(({ id, status }) => [id, status])).toEqual([[childRunId, 'completed']]);
    expect(Object.fromEntries(done)).toEqual({ before: 1, first: 1, last: 2 });
    expect(await store.readMail('p')).toEqual([]);
    expect((await executor.state('p'))?.steps[1]).toMatchObject({ attempts: 2, status: 'completed', error: null });
  });

  it('fails again when that run does, and can be resumed again', async () => {
    const { executor, broken, children } = await failed();
    await expect(executor.resume('p')).rejects.toMatchObject({ cause: { error: { code: 'CHILD_FAILED' } } });
    await expect(executor.resume('p')).rejects.toMatchObject({ cause: { error: { code: 'CHILD_FAILED' } } });
    broken.clear();
    expect((await executor.resume('p')).output).toEqual([1, 'x']);
    expect(await children('p')).toHaveLength(1);
  });

  it('takes the result when somebody saw that run through meanwhile', async () => {
    const { executor, broken, done, children, childRunId, store } = await failed();
    broken.clear();
    await executor.resume(childRunId);
    expect((await store.readMail('p')).map(({ payload }) => decodeChildEnd(payload ?? '').status)).toEqual([
      'completed',
    ]);
    expect((await executor.resume('p')).output).toEqual([1, 'x']);
    expect(done.get('last')).toBe(2);
    expect(await children('p')).toHaveLength(1);
  });

  it('waits for that run when somebody is at it', async () => {
    const { executor, children, childRunId, store } = await failed();
    const [claim] = await store.claimRuns({ runIds: [childRunId], mode: 'resume', worker: 'other', leaseMs: 60_000 });
    const resumed = executor.resume('p');
    await expect.poll(async () => (await executor.state('p'))?.steps[1]?.status).toBe('waiting');
    if (claim?.kind !== 'claimed') throw new Error('It can be claimed.');
    const output = JSON.stringify('theirs');
    // As encodeValue writes it.
    await store.record(claim.lease, [{ type: 'workflow_completed', output: output as never, context: null }]);
    expect((await resumed).output).toBe('theirs');
    expect(await children('p')).toHaveLength(1);
  });

  it('starts another run when that one was deleted', async () => {
    const { executor, broken, children, childRunId, store, done } = await failed();
    broken.clear();
    expect(await store.deleteRuns([childRunId])).toBe(1);
    expect((await executor.resume('p')).output).toEqual([1, 'x']);
    expect((await children('p')).map(({ status }) => status)).toEqual(['completed']);
    expect(done.get('first')).toBe(2);
  });

  it('starts another run when that one was undone', async () => {
    const undone = {
      ...child,
      name: 'undone',
      steps: child.steps.map((step, index) => (index === 0 ? { ...step, compensate: { type: 'give' } } : step)),
    };
    const { executor, broken, children } = await failed(undone);
    const other = flow('other', call('call', 'undone', { input: 'y' }));
    await expect(executor.execute(other, null, { runId: 'q' })).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
    broken.clear();
    expect((await executor.resume('q')).output).toEqual([1, 'y']);
    expect((await children('q')).map(({ status }) => status)).toEqual(['failed', 'completed']);
  });

  it('goes on with what it has when a run that it gave up is resumed later', async () => {
    const { executor, broken, store, children } = await failed();
    const lenient = flow(
      'lenient',
      call('call', 'child', { input: 1, onError: 'continue' }),
      { id: 'after', type: 'give', with: '${{ steps.call.error.code }}' },
      { id: 'approve', type: 'approval' },
    );
    const { runId } = await executor.execute(lenient, null, { until: 'idle' });
    broken.clear();
    await executor.resume((await children(runId))[0]?.id ?? '');
    await executor.approve(runId, 'approve');
    const { context } = await executor.resume(runId);
    expect(context).toMatchObject({ approved: true });
    expect((await executor.state(runId))?.steps[0]?.status).toBe('failed');
    expect((await store.readMail(runId)).map(({ kind }) => kind)).toEqual(['child']);
  });
});

describe('a run that was cancelled while it waited for another', () => {
  it('is resumed with that run, though what is told of its end came late (pitfalls 9, 23)', async () => {
    const test = await family();
    const executor = test.executor();
    const held = flow('held', { id: 'first', type: 'give', with: 1 }, { id: 'hold', type: 'hold' });
    const { result } = await executor.start(flow('parent', call('call', held)), null, { runId: 'p' });
    await expect.poll(async () => (await test.children('p'))[0]?.steps[1]?.status).toBe('running');
    await executor.cancel('p', 'wait');
    await expect(result()).rejects.toMatchObject({ code: 'WORKFLOW_CANCELLED' });
    await expect.poll(async () => (await test.children('p')).map(({ status }) => status)).toEqual(['cancelled']);
    expect((await test.store.readMail('p')).map(({ kind }) => kind)).toEqual(['child']);
    test.letGo();
    await executor.resume('p');
    expect((await test.children('p')).map(({ status }) => status)).toEqual(['completed']);
    expect(test.done.get('first')).toBe(1);
    expect(await test.store.readMail('p')).toEqual([]);
  });
});

describe('a run that is paused', () => {
  it('leaves the run it waits for alone, and finds its end when it is resumed', async () => {
    const test = await family();
    const held = flow('held', { id: 'hold', type: 'hold' }, { id: 'give', type: 'give', with: 'done' });
    const executor = test.executor();
    const started = executor.execute(flow('parent', call('call', held)), null, { runId: 'p', until: 'idle' });
    await expect.poll(async () => (await test.children('p'))[0]?.status).toBe('running');
    await executor.pause('p');
    expect(await started).toMatchObject({ status: 'paused' });
    test.letGo();
    await expect.poll(async () => (await test.children('p'))[0]?.status).toBe('completed');
    expect((await test.state('p')).status).toBe('paused');
    expect((await executor.resume('p')).output).toBe('done');
  });
});
