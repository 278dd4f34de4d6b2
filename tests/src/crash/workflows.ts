import { budgetCases } from './budget-workflows.js';
import { codeCases } from './code-workflows.js';
import { type CrashCase, soon } from './crash-case.js';
import { fallingBack, goingOn, repeating, undoing } from './failure-workflows.js';

export type { CrashCase };

/** Six steps, one after the other, whose results are of every kind. */
export const sequential: CrashCase = {
  name: 'six steps',
  input: { repo: 'here', n: 0 },
  workflow: {
    name: 'six',
    steps: [
      { id: 'log', type: 'effect', with: { value: { lines: ['a', 'b'], '': '', text: '\u0000 \ud800 é' } } },
      { id: 'nothing', type: 'effect', with: {} },
      { id: 'null', type: 'effect', with: { value: null } },
      { id: 'zero', type: 'effect', with: { value: 0 } },
      { id: 'merge', type: 'effect', with: { value: { n: 1, lines: '${{ size(steps.log.output.lines) }}' } } },
      {
        id: 'last',
        type: 'effect',
        with: { value: ['${{ input.repo }}', '${{ context.n }}', '${{ steps.log.output }}'] },
      },
    ],
    output: { last: '${{ steps.last.output }}', zero: '${{ steps.zero.output }}' },
  },
};

/** A step that works at its third attempt, between two that work at once. */
export const retrying: CrashCase = {
  name: 'a step that fails twice',
  input: null,
  workflow: {
    name: 'retrying',
    steps: [
      { id: 'before', type: 'effect', with: { value: { before: 1 } } },
      { id: 'shaky', type: 'effect', with: { value: { shaky: true }, fail: 2 }, retry: { attempts: 3, ...soon } },
      { id: 'after', type: 'effect', with: { value: '${{ context.before }}' } },
    ],
    output: '${{ steps.shaky.output }}',
  },
};

/** A run that ends as failed and is resumed once what was wrong is mended. */
export const mended: CrashCase = {
  name: 'a run that fails and is resumed',
  input: {},
  workflow: {
    name: 'mended',
    steps: [
      { id: 'before', type: 'effect', with: { value: { before: 1 } } },
      {
        id: 'broken',
        type: 'effect',
        with: { value: 'mended', fail: 'until-mended' },
        retry: { attempts: 2, ...soon },
      },
      { id: 'after', type: 'effect', with: { value: '${{ steps.broken.output }}' } },
    ],
    output: '${{ steps.after.output }}',
  },
};

/** A run that fails, is resumed, and fails again. */
export const failing: CrashCase = {
  name: 'a run that fails again after its resume',
  input: {},
  workflow: {
    name: 'failing',
    steps: [
      { id: 'before', type: 'effect', with: { value: { before: 1 } } },
      { id: 'broken', type: 'effect', with: { fail: 'always' }, retry: { attempts: 2, ...soon } },
      { id: 'never', type: 'effect', with: {} },
    ],
  },
};

/** A `foreach` over five items, of which one is retried and one fails until it is mended. */
export function foreach(concurrency: number): CrashCase {
  return {
    name: `a foreach, ${concurrency} at a time`,
    input: {
      items: [
        { value: 0 },
        { value: { a: 1 }, fail: 1 },
        {},
        { value: 'd', fail: 'until-mended' },
        { value: null, turns: 3 },
      ],
    },
    workflow: {
      name: 'foreach',
      steps: [
        { id: 'none', type: 'effect', foreach: [], with: {} },
        {
          id: 'each',
          type: 'effect',
          foreach: '${{ input.items }}',
          concurrency,
          with: '${{ item }}',
          retry: { attempts: 2, ...soon },
        },
        { id: 'after', type: 'effect', with: { value: { all: '${{ steps.each.output }}' } } },
      ],
      output: '${{ steps.after.output.all }}',
    },
  };
}

/** Three items, two at a time, one of them retried: small enough to be crashed in many ways. */
export const smallForeach: CrashCase = {
  name: 'a small foreach',
  input: [{ value: 1 }, { value: 2, fail: 1 }, { value: 3 }],
  workflow: {
    name: 'small',
    steps: [
      {
        id: 'each',
        type: 'effect',
        foreach: '${{ input }}',
        concurrency: 2,
        with: '${{ item }}',
        retry: { attempts: 2, ...soon },
      },
      { id: 'after', type: 'effect', with: { value: '${{ steps.each.output }}' } },
    ],
    output: '${{ steps.after.output }}',
  },
};

/** Branches that run side by side, a step whose condition is false, and what is skipped with it. */
export const branches: CrashCase = {
  name: 'branches and skips',
  input: { left: true, right: false },
  workflow: {
    name: 'branches',
    steps: [
      { id: 'left', type: 'effect', needs: [], if: 'input.left', with: { value: { left: 1, both: 'left' }, turns: 3 } },
      { id: 'right', type: 'effect', needs: [], if: 'input.right', with: { value: { right: 1 } } },
      {
        id: 'third',
        type: 'effect',
        needs: [],
        with: { value: { third: 1, both: 'third' }, fail: 1 },
        retry: { attempts: 2, ...soon },
      },
      { id: 'with-right', type: 'effect', needs: ['right'], with: {} },
      {
        id: 'join',
        type: 'effect',
        needs: ['left', 'third', { step: 'with-right', optional: true }],
        with: { value: ['${{ context.both }}', '${{ steps.right.status }}'] },
      },
    ],
    output: { join: '${{ steps.join.output }}', skipped: "${{ steps['with-right'].status }}" },
  },
};

/** Steps that wait without a process: for a time, and for signals, of which the first comes before it is waited for. */
export const waiting: CrashCase = {
  name: 'waits for time and for signals',
  input: { from: 'here' },
  signals: [
    { name: 'early', payload: { early: [1] } },
    { name: 'go', payload: null },
  ],
  workflow: {
    name: 'waiting',
    steps: [
      { id: 'before', type: 'effect', with: { value: { before: 1 } } },
      { id: 'nap', type: 'sleep', with: { for: 5 } },
      { id: 'go', type: 'wait-for-signal', with: { signal: 'go', timeout: '1d' } },
      { id: 'early', type: 'wait-for-signal', with: { signal: 'early' } },
      { id: 'nothing', type: 'sleep', with: { for: 0 } },
      { id: 'after', type: 'effect', with: { value: ['${{ steps.early.output }}', '${{ steps.go.output }}'] } },
    ],
    output: '${{ steps.after.output }}',
  },
};

export const crashCases: readonly CrashCase[] = [
  sequential,
  retrying,
  mended,
  failing,
  foreach(1),
  foreach(3),
  branches,
  waiting,
  goingOn,
  fallingBack,
  undoing,
  repeating,
  ...codeCases,
  ...budgetCases,
];
