import { describe, expect, it } from 'vitest';
import { defineWorkflow } from '../code/define-workflow.js';
import { WorkflowList } from './workflow-list.js';

const run = async () => 1;
const one = defineWorkflow({ name: 'w', version: 1 }, run);
const ten = defineWorkflow({ name: 'w', version: 10 }, run);
const data = { name: 'd', steps: [{ id: 'a', type: 't' }] };

describe('the workflows of an executor', () => {
  it('gives the newest of a name, whatever the order they came in', () => {
    expect(new WorkflowList([ten, one]).get('w')).toBe(ten);
    expect(new WorkflowList([one, ten]).get('w')).toBe(ten);
  });

  it('gives a version, and null for one that is not there', () => {
    const list = new WorkflowList([one, ten, data]);
    expect([list.get('w', 1), list.get('w', 2), list.get('d', null), list.get('x')]).toEqual([one, null, data, null]);
  });

  it('takes the same workflow twice, and refuses two with one name and version', () => {
    expect(new WorkflowList([one, one]).get('w')).toBe(one);
    expect(() => new WorkflowList([one, defineWorkflow({ name: 'w' }, run)])).toThrow(/"w" version 1/);
  });
});
