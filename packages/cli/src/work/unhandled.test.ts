import { defineWorkflow, type StepDefinition, WorkflowExecutor } from '@sisyphus-state/executor';
import { createRegistry, transform } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { expect, it, onTestFinished } from 'vitest';
import { jsonText, makeRun } from '../test-support/make-run.js';
import { explainUnhandled } from './unhandled.js';

const ship = defineWorkflow({ name: 'ship', version: 2 }, async () => null);
const equipment = { registry: createRegistry([transform]), workflows: [ship] };

async function emptyStore() {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  return store;
}

async function explainOnly(store: Awaited<ReturnType<typeof emptyStore>>) {
  const [due] = (await store.findDue({ queues: [{ name: 'default' }], limit: 1 })).runs;
  if (due === undefined) throw new Error('No run is due.');
  return explainUnhandled(store, equipment, due);
}

it('names the types that no handler is here for, each once, and none that is here or needs none', async () => {
  const store = await emptyStore();
  const steps: readonly StepDefinition[] = [
    { id: 'a', type: 'mail.send', to: 'you' },
    { id: 'b', type: 'transform', with: { value: 1 } },
    { id: 'c', type: 'sleep', with: { for: '1s' } },
    { id: 'd', type: 'mail.send', to: 'me' },
    { id: 'e', type: 'ftp' },
  ];
  const plain = { 'mail.send': () => null, ftp: () => null };
  await new WorkflowExecutor(store, plain).start({ name: 'post', steps }, null, { detach: true });
  expect(await explainOnly(store)).toEqual({
    name: 'post',
    types: ['mail.send', 'ftp'],
    reason: 'no handler is here for mail.send, ftp: --handlers MODULE',
  });
});

it('says that a run has no definition', async () => {
  const store = await emptyStore();
  await makeRun(store, { number: 1, name: 'old' });
  expect(await explainOnly(store)).toMatchObject({
    name: 'old',
    types: [],
    reason: expect.stringContaining('--workflow'),
  });
});

it('says that a definition is of another version', async () => {
  const store = await emptyStore();
  const body = jsonText({ name: 'new', steps: [{ id: 'a', type: 'transform', whenever: true }] });
  await makeRun(store, { number: 1, name: 'new', definition: { hash: 'h', name: 'new', version: null, body } });
  expect(await explainOnly(store)).toMatchObject({
    name: 'new',
    types: [],
    reason: 'this version does not understand its definition',
  });
});

it('names the version whose code is not here', async () => {
  const store = await emptyStore();
  await new WorkflowExecutor(store).start(
    defineWorkflow({ name: 'ship' }, async () => null),
    null,
    { detach: true },
  );
  expect(await explainOnly(store)).toEqual({
    name: 'ship',
    types: [],
    reason: 'the code of its version 1 is not here: --workflows MODULE',
  });
});

it('names the workflows that its steps start runs of and that are not here, in fallbacks too', async () => {
  const store = await emptyStore();
  const call = (workflow: string) => ({ type: 'workflow', with: { workflow } });
  const steps: readonly StepDefinition[] = [
    { id: 'a', ...call('ship@2'), fallback: [call('pack')] },
    { id: 'b', ...call('ship'), needs: [] },
    { id: 'c', ...call('${{ input }}'), needs: [] },
  ];
  const pack = defineWorkflow({ name: 'pack' }, async () => null);
  await new WorkflowExecutor(store, [], { workflows: [ship, pack] }).start({ name: 'post', steps }, 'x', {
    detach: true,
  });
  expect(await explainOnly(store)).toMatchObject({
    types: [],
    reason: 'its steps start runs of pack, which is not here: --workflows MODULE',
  });
});
