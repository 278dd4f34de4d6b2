import { type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { enqueue } from './support/enqueue.js';
import { hasLooked } from './support/has-looked.js';
import { onEachDatabase } from './support/on-each-database.js';
import { dumpTables, runSql } from './support/raw-database.js';
import { findFaults, readRecordedRuns } from './support/recorded-runs.js';
import { sharedClock } from './support/shared-clock.js';
import { untilDrained } from './support/until-drained.js';
import type { World } from './support/world.js';

const hourMs = 3_600_000;

/** Sleeps until an instant, then works. */
const nap: Workflow = {
  name: 'nap',
  steps: [
    { id: 'nap', type: 'sleep', with: { until: '${{ input.until }}' } },
    { id: 'work', type: 'work' },
  ],
};
const work: Workflow = { name: 'work', steps: [{ id: 'a', type: 'work' }] };
const breaks: Workflow = { name: 'breaks', steps: [{ id: 'a', type: 'breaks' }] };
const foreign: Workflow = { name: 'foreign', steps: [{ id: 'a', type: 'nobody-has-this' }] };

const handlers = {
  work: () => null,
  breaks: () => {
    throw new Error('It is made to fail.');
  },
};

onEachDatabase(({ world }) => {
  test('idle workers that come and go write nothing, whatever lies there (pitfall 13)', async () => {
    const here = await world();
    const store = await here.open();
    const until = Date.now() + hourMs;
    const executor = new WorkflowExecutor(store, handlers);
    await enqueue(store, nap, 3, () => ({ input: { until } }));
    await enqueue(store, work, 1);
    await enqueue(store, breaks, 1);
    await executor.runUntilIdle();
    const [cancelled, paused] = await enqueue(store, work, 2);
    await executor.cancel(String(cancelled));
    await runSql(here, `UPDATE workflow_runs SET status = 'paused', reason = 'a test' WHERE id = '${paused}'`);
    await enqueue(store, foreign, 2, () => ({ priority: 9 }));
    await enqueue(store, work, 1, () => ({ startAfter: '1h' }));
    await enqueue(store, work, 1, () => ({ queue: 'another' }));
    const statuses = (await store.listRuns()).map(({ status }) => status).sort();
    expect(new Set(statuses)).toEqual(
      new Set(['cancelled', 'completed', 'failed', 'paused', 'pending', 'waiting'] as const),
    );

    const before = await dumpTables(here);
    for (let restart = 0; restart < 5; restart += 1) {
      const again = await here.open();
      expect(await new WorkflowExecutor(again, handlers).runUntilIdle()).toMatchObject({ driven: 0 });
      await again.close();
    }
    const [stopped, killed] = await Promise.all([here.startAndWait(), here.startAndWait()]);
    await Promise.all([hasLooked(stopped, 2), hasLooked(killed, 2)]);
    await stopped.call('stop');
    await stopped.call('close');
    killed.signal('SIGKILL');
    await killed.ended;
    expect(await dumpTables(here)).toEqual(before);
    expect(here.errors).toEqual([]);
    expect(here.lines).toEqual([]);
  }, 60_000);

  describe('runs that are parked until one instant wake once', () => {
    /** Parks runs for an hour of a clock that stands for the true one. */
    async function park(here: World, count: number) {
      const clock = sharedClock(here.folder);
      const store = await here.open({ clock: clock.now });
      const until = clock.now() + hourMs;
      const runIds = await enqueue(store, nap, count, () => ({ input: { until } }));
      await new WorkflowExecutor(store, handlers).runUntilIdle({ concurrency: 50 });
      expect(await store.listRuns({ status: 'waiting', limit: count })).toHaveLength(count);
      return { clock, store, until, runIds };
    }

    async function expectOneWake(here: World, { store, until, runIds }: Awaited<ReturnType<typeof park>>) {
      await untilDrained(store);
      const recorded = await readRecordedRuns(store, runIds);
      expect(findFaults(nap, recorded, here.lines)).toEqual([]);
      const asItShouldBe = [
        ...['workflow_started', 'run_claimed', 'step_waiting', 'workflow_suspended'],
        ...['run_claimed', 'step_completed', 'step_started', 'step_completed', 'workflow_completed'],
      ];
      const others = recorded.filter(({ events }) => `${events.map(({ type }) => type)}` !== `${asItShouldBe}`);
      expect(others.map(({ events }) => events.map(({ type }) => type))).toEqual([]);
      const early = recorded.flatMap(({ events }) => events.slice(4)).filter(({ at }) => at < until);
      expect(early).toEqual([]);
      expect(here.lines.filter(({ kind }) => kind === 'effect')).toHaveLength(runIds.length);
      expect(here.errors).toEqual([]);
    }

    test('a thousand of them, although four processes are up and wait for it (pitfalls 13, 15)', async () => {
      const here = await world();
      const parked = await park(here, 1_000);
      const workers = await Promise.all(
        Array.from({ length: 4 }, () => here.startAndWait({ clockFile: parked.clock.file })),
      );
      await Promise.all(workers.map((worker) => hasLooked(worker, 1)));
      // Near enough that all have set a timer for the very instant before it comes.
      parked.clock.shift(hourMs - 3_000);
      await expectOneWake(here, parked);
      const takers = here.lines.flatMap((line) => (line.kind === 'effect' ? [line.worker] : []));
      expect(new Set(takers).size).toBeGreaterThan(1);
    }, 120_000);

    test('although every process was down at the instant (pitfall 11)', async () => {
      const here = await world();
      const parked = await park(here, 50);
      parked.clock.shift(2 * hourMs);
      for (let process = 0; process < 2; process += 1) here.start({ clockFile: parked.clock.file });
      await expectOneWake(here, parked);
    }, 60_000);
  });
});
