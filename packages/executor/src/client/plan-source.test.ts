import { createRegistry } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../definition/compile-definition.js';
import { DefinitionMissingError, HandlerNotFoundError } from '../errors.js';
import type { Workflow } from '../workflow.js';
import { checkHandlers, newDefinition, programOf } from './plan-source.js';
import { clientFor } from './test-support/client-for.js';

function planOf(...args: Parameters<typeof programOf>) {
  const program = programOf(...args);
  if (program.kind !== 'data') throw new Error('The test has no workflows as code.');
  return program;
}

const workflow: Workflow = { steps: [{ type: 'act', id: 'a', with: { b: 1, a: 2 } }], name: 'w' };
const store = await openStore(':memory:');
const client = clientFor(store, { handlers: { act: () => null }, workflows: [workflow] });

describe('the plan of a workflow', () => {
  it('is of the definition as a resume will read it: its keys in canonical order', () => {
    const plan = planOf(client, workflow);
    expect(JSON.stringify(plan.definition)).toBe(plan.canonical);
    expect(plan.definition).toEqual(workflow);
    expect(compileDefinition(JSON.parse(plan.canonical)).hash).toBe(plan.hash);
  });

  it('is made once for a workflow that stayed the same, and anew for one that changed', () => {
    const mutable = { name: 'w', steps: [{ id: 'a', type: 'act' }] };
    const plan = planOf(client, mutable);
    expect(planOf(client, mutable)).toBe(plan);
    mutable.steps.push({ id: 'b', type: 'act' });
    expect(planOf(client, mutable).steps).toHaveLength(2);
    expect(plan.steps).toHaveLength(1);
  });

  it('is found by name among the workflows of the executor', () => {
    expect(planOf(client, 'w').hash).toBe(planOf(client, workflow).hash);
    expect(() => planOf(client, 'other')).toThrow(DefinitionMissingError);
  });

  it('cannot be changed by who holds its definition', () => {
    const { definition } = planOf(client, workflow);
    expect(() => Object.assign(definition.steps[0] ?? {}, { type: 'other' })).toThrow(TypeError);
  });

  it('lets steps have keys of their own only where their type is a plain function', () => {
    const withKey: Workflow = { name: 'w', steps: [{ id: 'a', type: 'act', model: 'small' }] };
    expect(planOf(client, withKey).steps[0]?.source).toMatchObject({ model: 'small' });
    expect(() => planOf(clientFor(store), withKey)).toThrow(/model/);
  });
});

describe('the handlers of a plan', () => {
  it('are all there, or the error names each type with its steps, and what there is', () => {
    const plan = planOf(client, {
      name: 'w',
      steps: ['a', 'b', 'c'].map((id) => ({ id, type: id === 'b' ? 'act' : 'gone' })),
    });
    expect(() => checkHandlers(plan, createRegistry({ act: () => null, gone: () => null }))).not.toThrow();
    expect(() => checkHandlers(plan, createRegistry({ act: () => null }))).toThrow(HandlerNotFoundError);
    expect(() => checkHandlers(plan, createRegistry({ act: () => null }))).toThrow(
      /"gone" \(step "a", step "c"\).*"act"/,
    );
  });
});

it('a definition is stored under the hash of its text', () => {
  const plan = planOf(client, { ...workflow, version: 2 });
  expect(newDefinition(plan)).toEqual({ hash: plan.hash, name: 'w', version: 2, body: plan.canonical });
});
