import { createRegistry, transform } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { expect, it, onTestFinished } from 'vitest';
import { jsonText, makeRun } from '../test-support/make-run.js';
import type { Unhandled } from './unhandled.js';
import { UnhandledRuns } from './unhandled-runs.js';

const queues = [{ name: 'default' }];

async function withRuns(...steps: readonly object[]) {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  for (const [index, step] of steps.entries()) {
    const definition = {
      hash: `h${index}`,
      name: 'post',
      version: null,
      body: jsonText({ name: 'post', steps: [step] }),
    };
    await makeRun(store, { number: index + 1, name: 'post', definition });
  }
  const told: Unhandled[] = [];
  const options = { store, registry: createRegistry([transform]), workflows: [], namespace: undefined, queues };
  const unhandled = new UnhandledRuns(options, (found) => told.push(found));
  const { runs } = await store.findDue({ queues, limit: 100 });
  return { unhandled, told, runs, store };
}

it('tells of workflows that differ in nothing that matters once, and counts the runs of all', async () => {
  const { unhandled, told, runs } = await withRuns(
    { id: 'a', type: 'mail.send', with: { to: 'you' } },
    { id: 'a', type: 'mail.send', with: { to: 'me' } },
    { id: 'a', type: 'ftp' },
    { id: 'a', type: 'transform', with: { value: 1 } },
  );
  for (const run of runs.slice(0, 3)) unhandled.add(run);
  expect(await unhandled.count()).toBe(3);
  expect(told.map(({ types }) => types)).toEqual([['mail.send'], ['ftp']]);
});

it('counts a run that was left by a worker that is gone', async () => {
  const { unhandled, store } = await withRuns();
  await makeRun(store, { number: 1, name: 'left', lease: { worker: 'gone/1', leaseMs: 0 } });
  for (const run of await store.findAbandoned({ queues })) unhandled.add(run);
  expect(await unhandled.count()).toBe(1);
});

it('counts nothing where nothing was passed over', async () => {
  const { unhandled } = await withRuns({ id: 'a', type: 'transform', with: { value: 1 } });
  expect(await unhandled.count()).toBe(0);
});
