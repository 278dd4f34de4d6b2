import { openStore } from '@sisyphus-state/store';
import { expect, it, onTestFinished } from 'vitest';
import { suspended } from '../test-support/changes.js';
import { makeRun, makeRunWith, runIdOf } from '../test-support/make-run.js';
import { lookAround } from './look-around.js';

const place = { namespace: undefined, queues: [{ name: 'default' }, { name: 'mail' }] };

async function emptyStore() {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  return store;
}

it('counts what is due, and lists what waits, the soonest first', async () => {
  const store = await emptyStore();
  const soon = Date.now() + 60_000;
  await makeRun(store, { number: 1 });
  await makeRunWith(store, 2, [suspended(soon + 2, 'sleep:nap')]);
  await makeRun(store, { number: 3, queue: 'mail', wakeAt: soon + 1 });
  await makeRunWith(store, 4, [{ type: 'workflow_suspended', wakeAt: null, delayMs: null, reason: 'signal:go' }]);
  await makeRun(store, { number: 5, queue: 'elsewhere', wakeAt: soon });
  await makeRun(store, { number: 6, namespace: 'blue', wakeAt: soon });
  await makeRunWith(store, 7, []);
  expect(await lookAround(store, place)).toEqual({
    due: 1,
    waiting: [
      { id: runIdOf(3), name: 'flow', wakeAt: soon + 1, reason: 'delayed start' },
      { id: runIdOf(2), name: 'flow', wakeAt: soon + 2, reason: 'sleep:nap' },
      { id: runIdOf(4), name: 'flow', wakeAt: null, reason: 'signal:go' },
    ],
    hasMoreDue: false,
    hasMoreWaiting: false,
  });
  expect(await lookAround(store, { ...place, namespace: 'blue' })).toMatchObject({
    due: 0,
    waiting: [{ id: runIdOf(6) }],
  });
});

it('stops counting at a hundred', async () => {
  const store = await emptyStore();
  await store.createRuns(
    Array.from({ length: 120 }, (_, index) => ({ id: runIdOf(index), name: 'flow', input: null })),
  );
  expect(await lookAround(store, place)).toMatchObject({ due: 100, hasMoreDue: true });
});
