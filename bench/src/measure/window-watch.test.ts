import { afterEach, expect, it, vi } from 'vitest';
import { WindowWatch } from './window-watch.js';

afterEach(() => vi.restoreAllMocks());

/** Every look at the clock finds it 1,000 ms later than the one before. */
function stubClock(): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 1000;
    return now;
  });
}

it('times the first and the last steps, each until the next begins or the run ends', async () => {
  stubClock();
  const watch = new WindowWatch(2);
  const windows = await watch.watch(5, async () => {
    for (let step = 0; step < 5; step++) watch.work();
  });
  expect(windows).toEqual({ firstSeconds: 2, lastSeconds: 2 });
});

it('refuses a run that entered another number of steps', async () => {
  const watch = new WindowWatch(1);
  await expect(watch.watch(2, async () => void watch.work())).rejects.toThrow('1 steps were entered, not 2');
});
