import { type CrashCase, soon } from './crash-case.js';

/** A step and an item whose failures the run goes on from, and a step that fails until it is mended: they are not run again. */
export const goingOn: CrashCase = {
  name: 'failures that the run goes on from',
  input: [{ value: 1 }, { fail: 'always' }, { value: 3 }],
  workflow: {
    name: 'going-on',
    steps: [
      { id: 'lost', type: 'effect', with: { fail: 'always' }, retry: { attempts: 2, ...soon }, onError: 'continue' },
      {
        id: 'each',
        type: 'effect',
        foreach: '${{ input }}',
        concurrency: 2,
        with: '${{ item }}',
        onError: 'continue',
      },
      { id: 'broken', type: 'effect', with: { value: '${{ steps.lost.error.message }}', fail: 'until-mended' } },
    ],
    output: ['${{ steps.each.output }}', '${{ steps.broken.output }}', '${{ steps.lost.status }}'],
  },
};

/** Steps and items whose own calls fail, so that others take their place; one whose candidates fail until they are mended. */
export const fallingBack: CrashCase = {
  name: 'fallbacks',
  input: [{ value: 1 }, { fail: 'always' }],
  workflow: {
    name: 'falling-back',
    steps: [
      {
        id: 'first',
        type: 'effect',
        with: { fail: 'always' },
        retry: { attempts: 2, ...soon },
        fallback: [
          { type: 'effect', with: { fail: 'always' } },
          { type: 'effect', with: { value: { found: '${{ steps.first.error.message }}' }, fail: 1 } },
        ],
      },
      {
        id: 'each',
        type: 'effect',
        foreach: '${{ input }}',
        concurrency: 2,
        with: '${{ item }}',
        fallback: [{ type: 'effect', with: { value: ['${{ index }}', '${{ context.found }}'] } }],
      },
      {
        id: 'broken',
        type: 'effect',
        with: { fail: 'always' },
        fallback: [{ type: 'effect', with: { value: 'mended', fail: 'until-mended' } }],
      },
    ],
    output: ['${{ steps.each.output }}', '${{ steps.broken.output }}'],
  },
};

/** A run that fails for good and is undone: one compensation is retried, one fails, and one is that of an item. */
export const undoing: CrashCase = {
  name: 'a run that fails and is undone',
  input: [1, 2],
  workflow: {
    name: 'undoing',
    steps: [
      {
        id: 'book',
        type: 'effect',
        with: { value: 'seat 7' },
        retry: { attempts: 2, ...soon },
        compensate: { type: 'effect', with: { value: '${{ steps.book.output }}', fail: 1 } },
      },
      {
        id: 'each',
        type: 'effect',
        foreach: '${{ input }}',
        with: { value: '${{ item }}' },
        compensate: { type: 'effect', with: { value: '${{ [item, steps.each.output[index]] }}' } },
      },
      {
        id: 'pay',
        type: 'effect',
        with: {},
        retry: { attempts: 1 },
        compensate: { type: 'effect', with: { fail: 'always' } },
      },
      { id: 'broken', type: 'effect', with: { fail: 'always' }, compensate: { type: 'effect' } },
    ],
  },
};

/** A step that is repeated until what it counts is enough, each time with a try that fails. */
export const repeating: CrashCase = {
  name: 'a step that is repeated',
  input: {},
  workflow: {
    name: 'repeating',
    steps: [
      {
        id: 'count',
        type: 'effect',
        with: { value: '${{ steps.count.output == null ? 1 : steps.count.output + 1 }}', fail: 1 },
        retry: { attempts: 2, ...soon },
        repeat: { until: 'steps.count.output >= 3' },
      },
      { id: 'after', type: 'effect', with: { value: '${{ steps.count.output }}', fail: 'until-mended' } },
    ],
    output: '${{ steps.after.output }}',
  },
};
