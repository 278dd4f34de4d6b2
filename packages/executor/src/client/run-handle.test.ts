import { openStore } from '@sisyphus-state/store';
import { expect, it, vi } from 'vitest';
import { runHandle } from './run-handle.js';
import { startRun } from './start-run.js';
import { clientFor } from './test-support/client-for.js';

it('a handle gives the end, the state and the events of its run', async () => {
  const store = await openStore(':memory:');
  const client = clientFor(store, { handlers: { act: () => ({ a: 1 }) } });
  const handle = runHandle(store, await startRun(client, { name: 'w', steps: [{ id: 'a', type: 'act' }] }, null, {}));
  expect(handle.created).toBe(true);
  expect(await handle.result()).toMatchObject({ runId: handle.runId, context: { a: 1 } });
  expect(await handle.result()).toBe(await handle.result());
  expect(await handle.state()).toMatchObject({ id: handle.runId, status: 'completed' });
  expect((await handle.events({ after: 2 })).map(({ seq }) => seq)).toEqual([3, 4, 5]);
  await store.close();
});

it('a handle whose end nobody asks for does not end the process', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const store = await openStore(':memory:');
  const handle = runHandle(store, { runId: 'r', created: true, result: Promise.reject(new Error('nobody asks')) });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  await expect(handle.result()).rejects.toThrow('nobody asks');
  await store.close();
});
