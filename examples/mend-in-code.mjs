// The plan of examples/agent-plan.yaml as a function. The command runs it as it runs the other, to the person who is asked:
//
//   sisyphus run examples/mend-in-code.mjs --handlers ./examples/agent-handlers.mjs --input '{"issue": "A-1"}'
//   sisyphus approve RUN approve --by Ada
//   sisyphus resume RUN --handlers ./examples/agent-handlers.mjs --workflows ./examples/mend-in-code.mjs
//
// examples/agent-plan.mjs runs both forms from a program, which is killed once.
import { defineWorkflow } from '@sisyphus-state/executor';
import { z } from 'zod';

export const mend = defineWorkflow(
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
