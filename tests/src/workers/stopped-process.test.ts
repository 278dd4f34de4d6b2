import type { Workflow } from '@sisyphus-state/executor';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { enqueue } from './support/enqueue.js';
import { onEachDatabase } from './support/on-each-database.js';
import { findFaults, readRecordedRuns } from './support/recorded-runs.js';
import { untilDrained } from './support/until-drained.js';

const leaseMs = 1_500;

/** Handlers that wait for their signal, that ignore it, and that come to their end while their process stands still. */
const workflow: Workflow = {
  name: 'stopped',
  steps: [
    { id: 'held', type: 'hold' },
    { id: 'stubborn', type: 'hold', needs: [], with: { stubborn: true } },
    { id: 'short', type: 'work', needs: [], with: { ms: 50, value: 'short' } },
    { id: 'last', type: 'work', needs: ['held', 'stubborn', 'short'] },
  ],
  output: ['${{ steps.held.output }}', '${{ steps.stubborn.output }}', '${{ steps.short.output }}'],
};

onEachDatabase(({ world }) => {
  test('a process that stood still past its lease has its writes refused and its handlers aborted, and then works on (pitfalls 15, 16, 18)', async () => {
    const here = await world();
    const store = await here.open();
    const zombie = await here.startAndWait({ executor: { leaseMs } });
    const [runId] = await enqueue(store, workflow, 1);
    if (runId === undefined) throw new Error('It was enqueued.');
    await Promise.all([zombie.next('entered'), zombie.next('entered'), zombie.next('entered')]);
    zombie.signal('SIGSTOP');

    const heir = await here.startAndWait({ executor: { leaseMs } });
    const isAtBoth = () =>
      ['held', 'stubborn'].every((key) =>
        here.lines.some((line) => line.kind === 'effect' && line.key === key && line.attempt === 2),
      );
    await eventually('the heir is at the same steps', isAtBoth);
    zombie.signal('SIGCONT');
    // Its handlers hear of it, and why, although the run is still under way elsewhere.
    for (const _ of ['held', 'stubborn'])
      expect(await zombie.next('aborted')).toMatchObject({ reason: { code: 'LEASE_LOST' } });
    await zombie.call('release', { key: 'stubborn', value: 'too late' });
    const lease = { runId, worker: zombie.name, fence: 1, revision: 1, expiresAt: 0 };
    const lateWrite = zombie.call('record', { lease, changes: [{ type: 'run_released' }] });
    await expect(lateWrite).rejects.toMatchObject({ code: 'LEASE_LOST' });
    for (const key of ['held', 'stubborn']) await heir.call('release', { key, value: 'in time' });
    await untilDrained(store);

    const recorded = await readRecordedRuns(store, [runId]);
    expect(findFaults(workflow, recorded, here.lines)).toEqual([]);
    expect((await store.getRunState(runId))?.output).toEqual(['in time', 'in time', 'short']);
    expect(recorded[0]?.run.fence).toBe(2);
    // Nothing of it was written after the run was taken.
    const events = recorded[0]?.events ?? [];
    const taken = events.findLastIndex(({ type }) => type === 'run_claimed');
    expect(new Set(events.slice(taken).map(({ worker }) => worker))).toEqual(new Set([heir.name]));
    expect(heir.errors).toEqual([]);
    expect(new Set(zombie.errors.map(({ code }) => code))).toEqual(new Set(['LEASE_LOST']));

    await heir.call('stop');
    const [next] = await enqueue(store, { name: 'next', steps: [{ id: 'one', type: 'work' }] }, 1);
    expect(await zombie.next('ended')).toMatchObject({ runId: next, how: 'workflow_completed' });
  }, 60_000);
});
