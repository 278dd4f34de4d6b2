import { openStore } from '@sisyphus-state/store';
import { expect, it } from 'vitest';
import { listRunStates } from './list-runs.js';
import { clientFor } from './test-support/client-for.js';
import { startRun } from './test-support/followed.js';

it('lists runs decoded, newest first, as the filter says, and without their steps', async () => {
  const store = await openStore(':memory:');
  const client = clientFor(store, { handlers: { act: () => null } });
  for (const name of ['old', 'new'])
    await (await startRun(client, { name, steps: [{ id: 'a', type: 'act' }] }, { name }, {})).result;
  const listed = await listRunStates(store, {});
  expect(listed).toMatchObject([
    { name: 'new', input: { name: 'new' } },
    { name: 'old', status: 'completed' },
  ]);
  expect(listed[0]).not.toHaveProperty('steps');
  expect(await listRunStates(store, { name: 'old' })).toHaveLength(1);
  expect(await listRunStates(store, { status: 'failed' })).toEqual([]);
  await store.close();
});
