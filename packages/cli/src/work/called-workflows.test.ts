import { expect, it } from 'vitest';
import { calledWorkflows } from './called-workflows.js';

const call = (workflow: unknown) => ({ type: 'workflow', with: { workflow } });

it('finds the workflows that steps name, in fallbacks and compensations too, each once', () => {
  const steps = [
    { id: 'a', ...call('ship'), fallback: [call('pack@2')] },
    { id: 'b', type: 'shell', compensate: call('return') },
    { id: 'c', ...call('ship') },
    { id: 'd', ...call({ name: 'inline', steps: [{ id: 'a', ...call('nested') }] }) },
  ];
  expect(calledWorkflows(steps)).toEqual(['ship', 'pack@2', 'return']);
});

it('passes over what an expression names, and what is no call', () => {
  const steps = [
    { id: 'a', ...call('${{ input.which }}') },
    { id: 'b', type: 'shell', with: { workflow: 'x' } },
    null,
    1,
  ];
  expect(calledWorkflows(steps)).toEqual([]);
});
