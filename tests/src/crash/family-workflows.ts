import { defineWorkflow, type StepDefinition, type StepFailedError } from '@sisyphus-state/executor';
import { type CrashCase, soon } from './crash-case.js';

/** A workflow, as JSON: so that it can be written into a step of another, too. */
const flow = (name: string, steps: readonly StepDefinition[], output: string | null = null) =>
  ({ name, steps, output }) as { name: string; steps: never[]; output: string | null };

const grandchild = flow(
  'grandchild',
  [{ id: 'deep', type: 'effect', with: { value: '${{ [input, "deep"] }}', fail: 1 }, retry: { attempts: 2, ...soon } }],
  '${{ steps.deep.output }}',
);
const child = flow(
  'child',
  [
    { id: 'first', type: 'effect', with: { value: { got: '${{ input }}' } } },
    { id: 'below', type: 'workflow', with: { workflow: grandchild, input: '${{ steps.first.output.got }}' } },
    { id: 'out', type: 'effect', with: { value: '${{ steps.below.output }}' } },
  ],
  '${{ steps.out.output }}',
);

/** A run that waits for a run that waits for a run, each with work of its own before and after. */
export const threeDeep: CrashCase = {
  name: 'three deep',
  input: 'x',
  workflow: flow(
    'three-deep',
    [
      { id: 'before', type: 'effect', with: { value: { before: 1 } } },
      { id: 'call', type: 'workflow', with: { workflow: child, input: '${{ input }}' } },
      { id: 'after', type: 'effect', with: { value: '${{ steps.call.output }}' } },
    ],
    '${{ steps.after.output }}',
  ),
};

const item = flow(
  'item',
  [{ id: 'work', type: 'effect', with: { value: '${{ input }}' } }],
  '${{ steps.work.output }}',
);

/** A run for each of three items, two at a time. */
export const aRunEach: CrashCase = {
  name: 'a run for each item',
  input: [1, null, { a: 'x'.repeat(9_000) }],
  workflow: flow(
    'each',
    [
      {
        id: 'each',
        type: 'workflow',
        foreach: '${{ input }}',
        concurrency: 2,
        with: { workflow: item, input: '${{ item }}' },
      },
    ],
    '${{ steps.each.output }}',
  ),
};

const brittle = flow(
  'brittle',
  [
    { id: 'done', type: 'effect', with: { value: 1 } },
    { id: 'broken', type: 'effect', with: { value: '${{ steps.done.output }}', fail: 'until-mended' } },
  ],
  '${{ steps.broken.output }}',
);

/** A run that fails with the run it waits for, and is resumed with that very run. */
export const mendedBelow: CrashCase = {
  name: 'a run that fails below, and is resumed',
  input: null,
  workflow: flow(
    'mended-below',
    [
      { id: 'call', type: 'workflow', with: { workflow: brittle } },
      { id: 'after', type: 'effect', with: { value: '${{ steps.call.output }}' } },
    ],
    '${{ steps.after.output }}',
  ),
};

const hopeless = flow('hopeless', [{ id: 'no', type: 'effect', with: { fail: 'always' } }]);

/** A run that fails for good each time it is started; another takes its place. */
export const replaced: CrashCase = {
  name: 'runs that fail, and one in their place',
  input: 7,
  workflow: flow(
    'replaced',
    [
      {
        id: 'call',
        type: 'workflow',
        with: { workflow: hopeless },
        retry: { attempts: 2, ...soon },
        fallback: [{ type: 'workflow', with: { workflow: item, input: '${{ input }}' } }],
      },
    ],
    '${{ steps.call.output }}',
  ),
};

/** The same from code: runs side by side, one of them three deep, and one that fails and is caught. */
export const codeCalls: CrashCase = {
  name: 'code: runs that it calls',
  input: 'x',
  workflow: defineWorkflow({ name: 'code-calls' }, async (ctx, input: unknown) => {
    const both = await Promise.all([ctx.call('one', child, input), ctx.call('two', item, 7)]);
    const none = await ctx.call('none', hopeless).catch((error: StepFailedError) => error.error.code);
    return { both, none, after: await ctx.step('after', { type: 'effect', with: { value: both } }) };
  }),
};

/** All of these end alike, down to the last run of theirs, whatever happened on the way. */
export const familyCases: readonly CrashCase[] = [threeDeep, aRunEach, mendedBelow, replaced, codeCalls];

const asking = flow('asking', [
  { id: 'begin', type: 'effect', with: { value: 1 } },
  { id: 'ask', type: 'approval' },
]);
const asksBelow = flow('asks-below', [{ id: 'below', type: 'workflow', with: { workflow: asking } }]);

/** A run that fails while another, and one that that waits for, wait for somebody's word: they are cancelled. */
export const abandoned: CrashCase = {
  name: 'a run that fails while another waits',
  input: null,
  workflow: flow('abandoned', [
    { id: 'call', type: 'workflow', with: { workflow: asksBelow }, needs: [] },
    { id: 'nap', type: 'sleep', with: { for: 3 }, needs: [] },
    { id: 'broken', type: 'effect', with: { fail: 'always' }, needs: ['nap'] },
  ]),
};

/** A run that waits for a run that waits for somebody's word. */
export const parked: CrashCase = {
  name: 'runs that wait',
  input: null,
  workflow: flow('parked', [{ id: 'call', type: 'workflow', with: { workflow: asksBelow } }]),
};
