import { describe, expect, it } from 'vitest';
import { checkDefinition } from './check-definition.js';
import { DefinitionInvalidError } from './definition-invalid-error.js';

describe('checkDefinition', () => {
  it('throws what is wrong with an object', () => {
    expect(() => checkDefinition({ name: 'x', steps: [{ id: 'a' }] })).toThrow(DefinitionInvalidError);
    expect(() => checkDefinition({ name: 'x', steps: [{ id: 'a' }] })).toThrow(
      /steps\[0\] error MISSING_KEY: the step has no `type`/,
    );
  });

  it('passes its options on', () => {
    const definition = { name: 'x', steps: [{ id: 'a', type: 'mine', extra: 1 }] };
    expect(() => checkDefinition(definition)).toThrow(/UNKNOWN_KEY/);
    expect(checkDefinition(definition, { isPlainType: () => true })).toEqual(definition);
  });
});
