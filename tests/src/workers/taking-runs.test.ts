import type { Workflow } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { enqueue } from './support/enqueue.js';
import { onEachDatabase } from './support/on-each-database.js';
import { findFaults, readRecordedRuns } from './support/recorded-runs.js';
import { untilDrained } from './support/until-drained.js';
import type { Entered } from './support/work-line.js';
import type { World } from './support/world.js';

const oneStep: Workflow = { name: 'one step', steps: [{ id: 'a', type: 'work', with: { ms: 1 } }] };

const entered = (here: World): readonly Entered[] =>
  here.lines.flatMap((line) => (line.kind === 'effect' ? [line] : []));

onEachDatabase(({ world }) => {
  describe('runs that wait to be taken', () => {
    test('are taken by priority, and those of one priority in the order they came', async () => {
      const here = await world();
      const store = await here.open();
      const priorities = [0, 5, -3, 5, 0, 9];
      const runIds = await enqueue(store, oneStep, priorities.length, (n) => ({ priority: priorities[n] }), 1);
      here.start({ work: { concurrency: 1 } });
      await untilDrained(store);
      const order = entered(here).map(({ runId }) => runIds.indexOf(runId));
      expect(order).toEqual([5, 1, 3, 0, 4, 2]);
    });

    test('are not taken before their time, and then soon, without anybody telling', async () => {
      const here = await world();
      const store = await here.open();
      const worker = await here.startAndWait();
      const [late] = await enqueue(store, oneStep, 1, () => ({ startAfter: 700 }));
      await enqueue(store, oneStep, 1, () => ({ startAfter: new Date(Date.now() + 3_600_000) }));
      await worker.next('ended');
      const [created, claimed] = await store.readEvents(String(late));
      const waited = (claimed?.at ?? 0) - (created?.at ?? 0);
      expect(waited).toBeGreaterThanOrEqual(700);
      expect(entered(here).map(({ runId }) => runId)).toEqual([late]);
      expect(await store.listRuns({ status: 'pending' })).toHaveLength(1);
    });

    test('are one where several processes enqueue the same idempotency key at once, and are done once (pitfall 5)', async () => {
      const here = await world();
      const store = await here.open();
      const processes = await Promise.all([here.startAndWait(), here.startAndWait()]);
      const request = { workflow: oneStep, input: { n: 1 }, options: { detach: true, idempotencyKey: 'order-1' } };
      const started = await Promise.all(
        processes.flatMap((each) => [each.call('start', request), each.call('start', request)]),
      );
      await untilDrained(store);
      expect(new Set(started.map((each) => (each as { runId: string }).runId)).size).toBe(1);
      expect(started.filter((each) => (each as { created: boolean }).created)).toHaveLength(1);
      expect(entered(here)).toHaveLength(1);
      const again = await processes[0]?.call('start', request);
      expect(again).toMatchObject({ created: false });
      const other = processes[1]?.call('start', { ...request, input: { n: 2 } });
      await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    });
  });

  describe('a worker that is told to stop', () => {
    const slow: Workflow = {
      name: 'slow',
      steps: ['a', 'b', 'c'].map((id) => ({ id, type: 'work', with: { ms: 80, value: { [id]: 1 } } })),
      output: '${{ context }}',
    };

    test('lets the steps in hand end and gives its runs back: nothing is lost and nothing is done twice', async () => {
      const here = await world();
      const store = await here.open();
      const runIds = await enqueue(store, slow, 30);
      const first = here.start({ work: { concurrency: 4 } });
      for (let attempt = 0; attempt < 6; attempt += 1) await first.next('entered');
      await first.call('stop');
      expect(await store.listRuns({ status: 'running' })).toEqual([]);
      const given = (await readRecordedRuns(store, runIds)).flatMap(({ events }) => events.at(-1)?.type ?? []);
      expect(given.filter((type) => type === 'run_released').length).toBeGreaterThan(0);
      here.start();
      await untilDrained(store);
      const recorded = await readRecordedRuns(store, runIds);
      expect(findFaults(slow, recorded, here.lines)).toEqual([]);
      expect(recorded.filter(({ run }) => run.status !== 'completed')).toEqual([]);
      expect(entered(here)).toHaveLength(runIds.length * slow.steps.length);
      expect(here.errors).toEqual([]);
    });

    test('at once aborts its handlers, and the attempt that was cut off is not held against the step (pitfall 12)', async () => {
      const here = await world();
      const store = await here.open();
      const cutOff: Workflow = {
        name: 'cut off',
        steps: [
          {
            id: 'a',
            type: 'work',
            // Of the two attempts that the policy allows the first one fails: the one that is cut off is none of them.
            with: { ms: [60_000, 1], failUpTo: 2, value: 'done' },
            retry: { attempts: 2, backoff: 1, jitter: 'none' },
          },
        ],
        output: '${{ steps.a.output }}',
      };
      const [runId] = await enqueue(store, cutOff, 1);
      const first = here.start();
      await first.next('entered');
      await first.call('interrupt');
      expect(await first.next('aborted')).toMatchObject({ runId });
      expect(await store.getRunState(String(runId))).toMatchObject({ status: 'pending' });
      here.start();
      const ended = await eventually('the run has ended', async () => {
        const state = await store.getRunState(String(runId));
        return state?.status === 'completed' || state?.status === 'failed' ? state : null;
      });
      expect(ended).toMatchObject({ status: 'completed', output: 'done', steps: [{ attempts: 3 }] });
      expect(entered(here).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    });
  });
});
