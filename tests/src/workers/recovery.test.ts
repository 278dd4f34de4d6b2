import type { Workflow } from '@sisyphus-state/executor';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { enqueue } from './support/enqueue.js';
import { holdingsOf, waitsAfter } from './support/holdings.js';
import { onEachDatabase } from './support/on-each-database.js';
import { readRecordedRuns } from './support/recorded-runs.js';

const leaseMs = 3_000;

const threeSteps: Workflow = {
  name: 'three steps',
  steps: ['a', 'b', 'c'].map((id) => ({ id, type: 'work', with: { ms: 60 } })),
};

onEachDatabase(({ world }) => {
  test('the runs of a dead worker do not stand behind new ones, although all others are full (pitfall 18)', async () => {
    const here = await world();
    const store = await here.open();
    // More than two workers get done in the time that is allowed.
    const runIds = await enqueue(store, threeSteps, 150);
    const executor = { leaseMs };
    const [victim] = await Promise.all([
      here.startAndWait({ executor, work: { concurrency: 3 } }),
      here.startAndWait({ executor, work: { concurrency: 2 } }),
    ]);
    await victim.next('entered');
    const death = { worker: victim.name, at: victim.signal('SIGKILL') };
    await eventually('none of its runs is its own any more', async () => {
      const running = await store.listRuns({ status: 'running' });
      return running.every(({ leaseWorker }) => leaseWorker !== victim.name);
    });
    expect(await store.listRuns({ status: 'pending', limit: 1 })).toHaveLength(1);
    const recorded = await readRecordedRuns(store, runIds);
    const waits = waitsAfter(
      [death],
      recorded.flatMap(({ events }) => holdingsOf(events)),
    );
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(leaseMs + 2_000);
    expect(here.errors).toEqual([]);
  }, 120_000);
});
