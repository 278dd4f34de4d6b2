import { describe, expect, it } from 'vitest';
import { checkDefinition } from './check-definition.js';
import { compileDefinition } from './compile-definition.js';
import { definitionHash } from './definition-hash.js';
import { InputInvalidError } from './input-invalid-error.js';
import { parseDefinition } from './parse-definition.js';
import type { Plan } from './plan.js';
import { RUNNABLE_RELEASE_NOTES } from './test-support/release-notes.js';

function planOf(...steps: readonly object[]): Plan {
  return compileDefinition(checkDefinition({ name: 'x', steps }));
}

describe('a plan', () => {
  const definition = parseDefinition(RUNNABLE_RELEASE_NOTES);
  const plan = compileDefinition(definition);

  it('is that of its definition', () => {
    expect(plan).toMatchObject({ name: 'release-notes', version: null });
    expect(plan.definition).toBe(definition);
    expect(plan.hash).toBe(definitionHash(definition));
    expect(JSON.parse(plan.canonical)).toEqual(definition);
    expect(plan.steps.map((step) => [step.index, step.id, step.type])).toEqual([
      [0, 'log', 'shell'],
      [1, 'classify', 'shell'],
      [2, 'publish', 'shell'],
    ]);
    expect(plan.byId.get('classify')).toBe(plan.steps[1]);
  });

  it('is made once for a definition', () => {
    expect(compileDefinition(definition)).toBe(plan);
  });

  it('is the same for a definition that comes back from the store', () => {
    const stored = compileDefinition(JSON.parse(plan.canonical));
    expect(stored.hash).toBe(plan.hash);
    expect(stored.steps.map((step) => step.retry)).toEqual(plan.steps.map((step) => step.retry));
  });

  it('takes an input that fits the schema, and says what does not', () => {
    expect(() => plan.checkInput({ repo: '.', since: 'v1' })).not.toThrow();
    expect(() => plan.checkInput({ repo: 5 })).toThrow(InputInvalidError);
    expect(() => plan.checkInput({ repo: 5 })).toThrow(/input\.repo must be string/);
  });

  it('takes any input without a schema', () => {
    expect(() => planOf({ id: 'a', type: 't' }).checkInput(5)).not.toThrow();
  });

  it('has an output only when one is written', () => {
    expect(plan.output).not.toBeNull();
    expect(planOf({ id: 'a', type: 't' }).output).toBeNull();
    const withNull = compileDefinition(checkDefinition({ name: 'x', steps: [{ id: 'a', type: 't' }], output: null }));
    expect(withNull.output).not.toBeNull();
  });
});
