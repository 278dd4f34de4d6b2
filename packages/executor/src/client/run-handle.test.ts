import { openStore } from '@sisyphus-state/store';
import { expect, it, vi } from 'vitest';
import { runHandle } from './run-handle.js';
import { clientFor } from './test-support/client-for.js';
import { startRun } from './test-support/followed.js';

it('a handle gives the end, the state and the events of its run', async () => {
  const store = await openStore(':memory:');
  const client = clientFor(store, { handlers: { act: () => ({ a: 1 }) } });
  const started = await startRun(client, { name: 'w', steps: [{ id: 'a', type: 'act' }] }, null, {});
  const handle = runHandle(store, started, () => started.result);
  expect(handle.created).toBe(true);
  expect(await handle.result()).toMatchObject({ runId: handle.runId, context: { a: 1 } });
  expect(await handle.state()).toMatchObject({ id: handle.runId, status: 'completed' });
  expect((await handle.events({ after: 2 })).map(({ seq }) => seq)).toEqual([3, 4, 5]);
  await store.close();
});

it('a handle begins to follow its run when somebody first asks for the end, and once', async () => {
  const store = await openStore(':memory:');
  const follow = vi.fn(() => Promise.reject(new Error('it failed')));
  const handle = runHandle(store, { runId: 'r', created: true }, follow);
  expect(follow).not.toHaveBeenCalled();
  await expect(handle.result()).rejects.toThrow('it failed');
  await expect(handle.result()).rejects.toThrow('it failed');
  expect(follow).toHaveBeenCalledTimes(1);
  await store.close();
});
