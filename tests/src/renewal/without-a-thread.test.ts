import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { type ExecutorOptions, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';

vi.setConfig({ testTimeout: 120_000 });

const tempFolder = useTempFolder();
const options: ExecutorOptions = { leaseMs: 900, worker: 'w' };
const stores: WorkflowStore[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const store of stores.splice(0)) await store.close();
});

/** A run whose one step waits until it is told to end. */
async function waiting(store: WorkflowStore) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const executor = new WorkflowExecutor(store, { wait: () => ended }, options);
  const run = await executor.start({ name: 'waiting', steps: [{ id: 'wait', type: 'wait' }] });
  return { runId: run.runId, end, result: () => run.result() };
}

function renewed(store: WorkflowStore, runId: string, times: number) {
  return eventually('it is renewed', async () => ((await store.readRun(runId))?.leaseRenewals ?? 0) >= times);
}

test('a run in memory is kept by its process', async () => {
  const store = await openStore(':memory:');
  stores.push(store);
  const renew = vi.spyOn(store, 'renewLeases');
  const { runId, end, result } = await waiting(store);
  await renewed(store, runId, 3);
  expect(renew.mock.calls.length).toBeGreaterThanOrEqual(3);
  end();
  await result();
});

test('a run on a file is kept by the thread alone', async () => {
  const store = await openStore(join(tempFolder(), 'state.db'));
  stores.push(store);
  const renew = vi.spyOn(store, 'renewLeases');
  const { runId, end, result } = await waiting(store);
  await renewed(store, runId, 3);
  expect(renew).not.toHaveBeenCalled();
  end();
  await result();
});

test('a thread that can not do its work is told of once, and the process keeps its runs itself', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const path = join(tempFolder(), 'state.db');
  const store = await openStore(path);
  stores.push(store);
  // A connection that has written does not mind that its file is moved; whoever opens it by its name finds nothing.
  await store.createRuns([{ id: 'before', name: 'x', input: null }]);
  renameSync(path, `${path}-moved`);
  const { runId, end, result } = await waiting(store);
  await eventually('the warning', () => warn.mock.calls.length > 0);
  expect(warn.mock.calls[0]?.[0]).toMatchObject({ code: 'LEASE_RENEWAL', message: expect.stringContaining(path) });
  await renewed(store, runId, 4);
  end();
  await result();
  expect(warn).toHaveBeenCalledTimes(1);
});
