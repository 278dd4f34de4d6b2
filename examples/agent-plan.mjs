// An agent's plan as data, and the same as code: `node examples/agent-plan.mjs`.
//
// The first process is killed while the tests run. The second one goes on from there: nobody asks the model again. Then a
// person is asked, says yes, and the plan is published. Both forms end with the same output, and have used the same.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineWorkflow, parseDefinition, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { z } from 'zod';
import { agentHandlers } from './agent-handlers.mjs';
import { killOnce } from './kill-once.mjs';

const asData = parseDefinition(readFileSync(new URL('agent-plan.yaml', import.meta.url), 'utf8'));

const asCode = defineWorkflow(
  {
    name: 'mend-in-code',
    input: z.object({ issue: z.string() }),
    budget: { steps: 20, attempts: 40, tokens: 10_000, cost: 1.5, duration: '30m' },
    deadline: '1d',
    breaker: 5,
  },
  async (ctx, { issue }) => {
    const branch = `mend/${issue}`;
    const prompt = `Mend ${issue}`;
    await ctx.step('branch', {
      ...{ type: 'git', with: { action: 'create', branch } },
      compensate: { type: 'git', with: { action: 'delete', branch } },
    });
    const proposed = await ctx
      .step('propose', {
        ...{ type: 'model', with: { model: 'large', prompt }, reserve: { tokens: 4000, cost: 0.6 } },
        retry: { attempts: 2, backoff: '1ms' },
      })
      .catch(() => ctx.step('propose instead', { type: 'model', with: { model: 'small', prompt } }));
    const { patch } = z.object({ patch: z.string() }).parse(proposed);
    await ctx.step('try', { type: 'tests', with: { patch } });
    /** @type {{ by: string | null }} */
    const { by } = await ctx.step('approve', {
      ...{ type: 'approval', with: { message: `Publish "${patch}"?`, timeout: '2h' } },
    });
    await ctx.step('publish', { type: 'git', with: { action: 'push', branch }, delivery: 'at-most-once' });
    return { patch, by };
  },
);

await killOnce(fileURLToPath(import.meta.url), async ({ database, die }) => {
  const say = (/** @type {string} */ line) => console.log(`  ${line}`);
  const store = await openStore(database);
  const executor = new WorkflowExecutor(store, agentHandlers(say, die), {
    workflows: [asData, asCode],
    parkAfterMs: 0,
  });
  for (const plan of [asData, asCode]) {
    console.log(`${plan.name}:`);
    const key = { idempotencyKey: plan.name, until: /** @type {const} */ ('idle') };
    const idle = await executor.execute(plan, { issue: 'A-1' }, key);
    say(`it is ${idle.status}: ${'reason' in idle ? idle.reason : ''}`);
    await executor.approve(idle.runId, 'approve', { by: 'Ada' });
    const { status, output } = await executor.resume(idle.runId);
    const { tokens, cost, attempts } = (await executor.state(idle.runId))?.usage ?? {};
    say(`it is ${status}: ${JSON.stringify(output)}; ${attempts} attempts, ${tokens} tokens, ${cost} millionths`);
  }
  await store.close();
});
