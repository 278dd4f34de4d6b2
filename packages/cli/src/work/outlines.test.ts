import type { RunRow } from '@sisyphus-state/schema';
import { openStore } from '@sisyphus-state/store';
import { expect, it, onTestFinished, vi } from 'vitest';
import { jsonText, makeRun, runIdOf } from '../test-support/make-run.js';
import { Outlines } from './outlines.js';

async function storedRun() {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  const body = jsonText({ name: 'flow', steps: [{ id: 'a', type: 'shell', with: {}, retry: { attempts: 4 } }] });
  await makeRun(store, { number: 1, definition: { hash: 'h', name: 'flow', version: null, body } });
  const run = await store.readRun(runIdOf(1));
  if (run === null) throw new Error('There is no run.');
  return { store, run };
}

it('reads the outline of a workflow once', async () => {
  const { store, run } = await storedRun();
  const readDefinition = vi.fn(store.readDefinition);
  const outlines = new Outlines({ ...store, readDefinition });
  expect(await outlines.of(run)).toMatchObject([{ id: 'a', maxAttempts: 4 }]);
  expect(await outlines.of(run)).toMatchObject([{ id: 'a', maxAttempts: 4 }]);
  expect(readDefinition).toHaveBeenCalledOnce();
});

it('makes do without one that can not be had, and asks again the next time', async () => {
  const { store, run } = await storedRun();
  let isAway = true;
  const readDefinition = async (hash: string) => {
    if (isAway) throw new Error('The database is away.');
    return store.readDefinition(hash);
  };
  const outlines = new Outlines({ ...store, readDefinition });
  expect(await outlines.of(run)).toEqual([]);
  isAway = false;
  expect(await outlines.of(run)).toHaveLength(1);
});

it('has none for a run without a stored definition', async () => {
  const { store } = await storedRun();
  expect(await new Outlines(store).of({ definitionHash: null } as RunRow)).toEqual([]);
});
