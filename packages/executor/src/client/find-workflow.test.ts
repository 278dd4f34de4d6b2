import { expect, it } from 'vitest';
import { findWorkflow } from './find-workflow.js';
import { WorkflowList } from './workflow-list.js';

const steps = [{ id: 'a', type: 't' }];
const [one, two, odd] = [
  { name: 'ship', version: 1, steps },
  { name: 'ship', version: 2, steps },
  { name: 'mail@home', steps },
];
const workflows = new WorkflowList([one, two, odd]);

it.each([
  ['ship', two],
  ['ship@1', one],
  ['ship@2', two],
  ['ship@3', null],
  ['ship@latest', null],
  ['mail@home', odd],
  ['@1', null],
  ['gone', null],
])('finds %s', (reference, workflow) => {
  expect(findWorkflow(workflows, reference)).toBe(workflow);
});
