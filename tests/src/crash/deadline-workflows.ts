import { defineWorkflow, type Workflow } from '@sisyphus-state/executor';

/** Runs that wait for runs, of which one has a deadline; nobody ever says the word that the last one waits for. */
export interface DeadlineCase {
  readonly name: string;
  readonly workflow: Workflow;
  /** What an executor has to know beside. */
  readonly others: readonly Workflow[];
  /** How each of them ends, the parent before its child; and what is undone, in order. */
  readonly ends: readonly string[];
  readonly undone: readonly string[];
}

const deadline = '1h';
const undo = { type: 'effect', with: { value: 'undone' } } as const;

/** As data: each makes something, which can be undone, then waits for the next one. `late` has the deadline. */
function dataOf(late: 'grandparent' | 'parent'): Workflow {
  const made = (id: string) => ({ id, type: 'effect', with: { value: id }, compensate: undo });
  const child = { name: 'child', steps: [made('c'), { id: 'ask', type: 'approval' }] };
  const parent = {
    name: 'parent',
    ...(late === 'parent' && { deadline }),
    steps: [made('b'), { id: 'call', type: 'workflow', with: { workflow: child } }],
  };
  const steps = [made('a'), { id: 'call', type: 'workflow', with: { workflow: JSON.parse(JSON.stringify(parent)) } }];
  return { name: 'grandparent', ...(late === 'grandparent' && { deadline }), steps };
}

/** The same as functions. */
function codeOf(late: 'grandparent' | 'parent') {
  const options = { compensate: undo };
  const child = defineWorkflow({ name: 'child' }, async (ctx) => {
    await ctx.step('c', { type: 'effect', with: { value: 'c' }, ...options });
    await ctx.step('ask', { type: 'approval' });
  });
  const parent = defineWorkflow({ name: 'parent', ...(late === 'parent' && { deadline }) }, async (ctx) => {
    await ctx.step('b', { type: 'effect', with: { value: 'b' }, ...options });
    await ctx.call('call', child, null);
  });
  const grandparent = defineWorkflow(
    { name: 'grandparent', ...(late === 'grandparent' && { deadline }) },
    async (ctx) => {
      await ctx.step('a', { type: 'effect', with: { value: 'a' }, ...options });
      await ctx.call('call', parent, null);
    },
  );
  return { workflow: grandparent, others: [parent, child] };
}

const fromAbove = {
  ends: ['grandparent failed DEADLINE_EXCEEDED', 'parent cancelled', 'child cancelled'],
  undone: ['a/compensate', 'b/compensate', 'c/compensate'],
};
const fromWithin = {
  ends: ['grandparent failed CHILD_FAILED', 'parent failed DEADLINE_EXCEEDED', 'child cancelled'],
  undone: ['a/compensate', 'b/compensate', 'c/compensate'],
};

/** A deadline goes down to the runs that are waited for, and up to the one that waits. */
export const deadlineCases: readonly DeadlineCase[] = [
  { name: 'data: of a run whose child has a child', workflow: dataOf('grandparent'), others: [], ...fromAbove },
  { name: 'data: of a child that has one itself', workflow: dataOf('parent'), others: [], ...fromWithin },
  { name: 'code: of a run whose child has a child', ...codeOf('grandparent'), ...fromAbove },
  { name: 'code: of a child that has one itself', ...codeOf('parent'), ...fromWithin },
];
