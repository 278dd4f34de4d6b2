import { defineWorkflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { expect, test } from 'vitest';

test('cancelled code run with caught failure', async () => {
  const store = await openStore(':memory:');
  let calls = 0;
  const flow = defineWorkflow({ name: 'x' }, async (ctx) => {
    await ctx.step('a', () => { calls += 1; throw new Error('no'); }).catch(() => null);
    await ctx.waitForSignal('go');
  });
  const ex = new WorkflowExecutor(store, [], { workflows: [flow], parkAfterMs: 1 });
  const { runId } = await ex.execute(flow, null, { until: 'idle' });
  console.log(await ex.cancel(runId));
  await ex.runUntilIdle();
  console.log((await ex.state(runId))?.status, calls);
  console.log((await ex.resume(runId, undefined, { until: 'idle' })).status, calls);
  console.log((await store.readEvents(runId)).map((e) => e.type + ' ' + e.stepKey));
  await store.close();
  expect(calls).toBe(1);
});

test('two fail in one turn', async () => {
  const store = await openStore(':memory:');
  let isBroken = true;
  const flow = defineWorkflow({ name: 'x' }, async (ctx) => {
    const step = (key: string) => ctx.step(key, () => { if (isBroken) throw new Error('no'); return 1; });
    return await Promise.all([step('a'), step('b')]);
  });
  const ex = new WorkflowExecutor(store, [], { workflows: [flow], parkAfterMs: 1 });
  const handle = await ex.start(flow, null);
  await handle.result().catch((e) => console.log(String(e)));
  isBroken = false;
  console.log((await ex.state(handle.runId))?.steps.map((s) => s.stepKey + s.status));
  console.log(await ex.resume(handle.runId).then((x) => x.status, String));
  console.log((await store.readEvents(handle.runId)).map((e) => e.type + ' ' + e.stepKey));
  await store.close();
});
