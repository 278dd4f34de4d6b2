import { defineWorkflow } from '@sisyphus-state/executor';
import { type CrashCase, soon } from './crash-case.js';

const enough = { tokens: 100_000, steps: 50, attempts: 500 };

/** Steps that use tokens, side by side, and one that fails as often as it may; what they reserve is not what they use. */
const metered: CrashCase = {
  name: 'steps that use a budget',
  input: [{ tokens: 3 }, { tokens: 40 }, { tokens: 0 }],
  workflow: {
    name: 'metered',
    budget: enough,
    steps: [
      { id: 'free', type: 'effect', with: { value: 1 } },
      {
        id: 'each',
        type: 'effect',
        foreach: '${{ input }}',
        concurrency: 2,
        with: '${{ item }}',
        reserve: { tokens: 25, cost: 0.01 },
      },
      {
        id: 'broken',
        type: 'effect',
        with: { tokens: 7, fail: 'always' },
        onError: 'continue',
        reserve: { tokens: 11 },
        retry: { attempts: 2, ...soon },
      },
      { id: 'undone', type: 'effect', with: { tokens: 5 }, reserve: { tokens: 6 } },
    ],
    output: '${{ steps.each.output }}',
  },
};

/** Steps that reserve where nothing limits them. */
const unlimited: CrashCase = {
  name: 'steps that reserve without a budget',
  input: {},
  workflow: {
    name: 'unlimited',
    steps: [
      { id: 'a', type: 'effect', with: { tokens: 2 }, reserve: { tokens: 9 } },
      { id: 'b', type: 'effect', with: { tokens: 4 } },
      { id: 'c', type: 'effect', with: {} },
    ],
  },
};

/** A run that comes to a stand when its budget is spent, in the same place whatever happens to it. */
const exhausted: CrashCase = {
  name: 'a run whose budget is spent',
  input: {},
  workflow: {
    name: 'exhausted',
    budget: { steps: 2 },
    steps: [
      { id: 'a', type: 'effect', with: { tokens: 2 }, reserve: { tokens: 9 } },
      { id: 'b', type: 'effect', with: { value: 2 } },
      { id: 'never', type: 'effect', with: {} },
    ],
  },
};

/** The same as a function. */
const code: CrashCase = {
  name: 'code: steps that use a budget',
  input: {},
  workflow: defineWorkflow({ name: 'code-metered', budget: enough }, async (ctx) => {
    const reserve = { tokens: 30 };
    const both = [1, 2].map((n) => ctx.step(`side-${n}`, { type: 'effect', with: { tokens: n, value: n }, reserve }));
    const broken = { type: 'effect', with: { tokens: 8, fail: 'always' }, reserve, retry: { attempts: 2, ...soon } };
    const caught = await ctx.step('broken', broken).catch(() => 'caught');
    return [await Promise.all(both), caught];
  }),
};

/** Workflows that are held to a budget. */
export const budgetCases: readonly CrashCase[] = [metered, unlimited, exhausted, code];
