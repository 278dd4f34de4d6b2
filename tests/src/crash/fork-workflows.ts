import { type CrashCase, soon } from './crash-case.js';

/** A fork of a failed run: it has what was done beside the step that failed, and some items of a `foreach`. */
export const forked: CrashCase = {
  name: 'a fork of a run that failed',
  input: [{ value: 1 }, { value: 2, fail: 1 }, { value: 3, fail: 'until-mended' }],
  forkFrom: 'last',
  workflow: {
    name: 'forked',
    steps: [
      { id: 'before', type: 'effect', with: { value: { before: 1 } } },
      { id: 'side', type: 'effect', needs: ['before'], with: { value: { side: [null] } } },
      {
        id: 'each',
        type: 'effect',
        needs: ['before', 'side', 'last'],
        foreach: '${{ input }}',
        with: '${{ item }}',
        retry: { attempts: 2, ...soon },
      },
      { id: 'last', type: 'effect', needs: ['side'], with: { value: ['${{ context.before }}'] } },
      { id: 'end', type: 'effect', needs: ['each'], with: { value: '${{ steps.each.output }}' } },
    ],
    output: ['${{ steps.end.output }}', '${{ steps.last.output }}', '${{ steps.side.output }}'],
  },
};

/** A fork of a run whose steps were undone: it does them again. */
export const forkedAfterUndoing: CrashCase = {
  name: 'a fork of a run that was undone',
  input: null,
  forkFrom: 'broken',
  workflow: {
    name: 'forked-after-undoing',
    steps: [
      { id: 'kept', type: 'effect', with: { value: { kept: true } } },
      {
        id: 'booked',
        type: 'effect',
        with: { value: 'booking', fail: 1 },
        retry: { attempts: 2, ...soon },
        compensate: { type: 'effect', with: { value: 'undone' } },
      },
      { id: 'broken', type: 'effect', with: { value: 'mended', fail: 'until-mended' } },
    ],
    output: ['${{ steps.kept.output }}', '${{ steps.booked.output }}', '${{ steps.broken.output }}'],
  },
};

export const forkCases: readonly CrashCase[] = [forked, forkedAfterUndoing];
