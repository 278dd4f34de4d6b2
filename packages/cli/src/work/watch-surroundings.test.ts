import { openStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { makeRun } from '../test-support/make-run.js';
import { watchSurroundings } from './watch-surroundings.js';

// Promises and immediates stay real: the store needs them.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

const place = { namespace: undefined, queues: [{ name: 'default' }] };

async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

it('looks at once and then every second, until it is stopped; what fails leaves what it knew', async () => {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  let isAway = false;
  const listRuns = vi.fn(async () => {
    if (isAway) throw new Error('The database is away.');
    return [];
  });
  const around = watchSurroundings({ ...store, listRuns }, place);
  expect(around.latest()).toBeNull();
  await rest();
  expect(around.latest()).toMatchObject({ due: 0 });

  await makeRun(store, { number: 1 });
  vi.advanceTimersByTime(1000);
  await rest();
  expect(around.latest()).toMatchObject({ due: 1 });

  isAway = true;
  vi.advanceTimersByTime(1000);
  await rest();
  expect(around.latest()).toMatchObject({ due: 1 });

  around.stop();
  vi.advanceTimersByTime(5000);
  await rest();
  expect(listRuns).toHaveBeenCalledTimes(3);
});
