import { describe, expect, it } from 'vitest';
import { call, type FamilyTest, family, flow } from './test-support/family.js';

const leaf = flow('leaf', { id: 'hold', type: 'hold' });
const middle = flow('middle', call('call', 'leaf'));
const top = flow('top', call('call', 'middle'));
const asks = flow('asks', { id: 'ask', type: 'approval' });

/** The statuses of a run, and of those below it, one below the other. */
async function statuses(test: FamilyTest, runId: string): Promise<readonly string[]> {
  const { status } = await test.state(runId);
  const [child] = await test.children(runId);
  return child === undefined ? [status] : [status, ...(await statuses(test, child.id))];
}

describe('cancelling a run that waits for others', () => {
  it('cancels all of them, three deep, when its holder does it (pitfall 23)', async () => {
    const test = await family([leaf, middle]);
    const executor = test.executor();
    const { result } = await executor.start(top, null, { runId: 'p' });
    await expect.poll(() => statuses(test, 'p')).toEqual(['running', 'waiting', 'running']);
    expect(await executor.cancel('p', 'enough')).toEqual({ kind: 'requested' });
    await expect(result()).rejects.toMatchObject({ code: 'WORKFLOW_CANCELLED' });
    await expect.poll(() => statuses(test, 'p')).toEqual(['cancelled', 'cancelled', 'cancelled']);
    const [child] = await test.children('p');
    expect(child?.reason).toBe('given up by its parent: the run was cancelled');
  });

  it('cancels all of them when nobody holds any (pitfall 23)', async () => {
    const test = await family([asks]);
    const executor = test.executor({ parkAfterMs: 0 });
    const deep = flow('deep', call('call', flow('mid', call('call', 'asks'))));
    const { runId } = await executor.execute(deep, null, { until: 'idle' });
    expect(await statuses(test, runId)).toEqual(['waiting', 'waiting', 'waiting']);
    await executor.stop();
    expect(await test.executor().cancel(runId, 'enough')).toEqual({ kind: 'cancelled' });
    expect(await statuses(test, runId)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('has a run that has something to undo taken, and undone', async () => {
    const test = await family();
    const executor = test.executor({ parkAfterMs: 0 });
    const booked = {
      ...asks,
      name: 'booked',
      steps: [{ id: 'book', type: 'give', compensate: { type: 'give', with: 'undo' } }, ...asks.steps],
    };
    const { runId } = await executor.execute(flow('parent', call('call', booked)), null, { until: 'idle' });
    await executor.cancel(runId);
    await expect.poll(() => statuses(test, runId)).toEqual(['cancelled', 'waiting']);
    await executor.runUntilIdle();
    expect(await statuses(test, runId)).toEqual(['cancelled', 'cancelled']);
    expect((await test.children(runId))[0]?.steps.map(({ stepKey, status }) => [stepKey, status])).toEqual([
      ['book', 'completed'],
      ['ask', 'cancelled'],
      ['book/compensate', 'completed'],
    ]);
  });
});

describe('a run that fails while it waits for others', () => {
  it('cancels them, and does not wait for their end (pitfall 23)', async () => {
    const test = await family([leaf]);
    test.broken.add('bad');
    const steps = [
      { ...call('call', 'leaf'), needs: [] },
      { id: 'nap', type: 'sleep', with: { for: 20 }, needs: [] },
      { id: 'bad', type: 'shaky', needs: ['nap'] },
    ];
    const failed = test.executor().execute({ name: 'parent', steps }, null, { runId: 'p' });
    await expect(failed).rejects.toMatchObject({ stepKey: 'bad' });
    const log = (await test.store.readEvents('p')).map(({ type, stepKey }) => `${type} ${stepKey}`);
    expect(log.slice(-3)).toEqual(['step_cancelled call', 'child_cancel_requested call', 'workflow_failed bad']);
    await expect.poll(() => statuses(test, 'p')).toEqual(['failed', 'cancelled']);
  });

  it('starts no run in the very commit in which it fails', async () => {
    const test = await family([leaf]);
    const steps = [
      { ...call('call', 'leaf'), needs: [] },
      { id: 'bad', type: 'give', with: '${{ input.nothing }}', needs: [] },
    ];
    const failed = test.executor().execute({ name: 'parent', steps }, {}, { runId: 'p' });
    await expect(failed).rejects.toMatchObject({ stepKey: 'bad' });
    expect(await test.children('p')).toEqual([]);
    expect((await test.state('p')).steps.map(({ status }) => status)).toEqual(['cancelled', 'failed']);
  });
});
