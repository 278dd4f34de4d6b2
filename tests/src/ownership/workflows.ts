import type { WorkflowDefinition } from '@sisyphus-state/executor';

/** A step that is done at once, one that is held until it is told to end, and one after it. */
export const held: WorkflowDefinition = {
  name: 'held',
  steps: [
    { id: 'before', type: 'effect', with: { value: { before: 1 } } },
    { id: 'held', type: 'hold' },
    { id: 'after', type: 'effect', with: { value: '${{ context.before }}' } },
  ],
  output: '${{ steps.after.output }}',
};

/** As `held`, but its handler does not listen to its signal. */
export const stubborn: WorkflowDefinition = {
  ...held,
  name: 'stubborn',
  steps: held.steps.map((step) => (step.id === 'held' ? { ...step, with: { stubborn: true } } : step)),
};
