import type { Workflow } from '@sisyphus-state/executor';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { enqueue } from './support/enqueue.js';
import { holdingsOf, waitsAfter } from './support/holdings.js';
import { onEachDatabase } from './support/on-each-database.js';

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
    await enqueue(store, threeSteps, 150);
    const full = { executor: { leaseMs }, work: { concurrency: 1 } };
    const [victim] = await Promise.all([here.startAndWait(full), here.startAndWait(full)]);
    const { runId } = await victim.next('entered');
    const death = { worker: victim.name, at: victim.signal('SIGKILL') };
    const orphan = String(runId);
    const waits = await eventually('another worker has taken the run', async () => {
      const found = waitsAfter([death], holdingsOf(await store.readEvents(orphan)));
      return found.length > 0 ? found : null;
    });
    expect(Math.max(...waits)).toBeLessThanOrEqual(leaseMs + 2_000);
    expect(await store.listRuns({ status: 'pending', limit: 1 })).toHaveLength(1);
    expect(here.errors).toEqual([]);
  }, 120_000);
});
