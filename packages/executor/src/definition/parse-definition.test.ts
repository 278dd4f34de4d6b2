import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from './check-definition.js';
import { DefinitionInvalidError } from './definition-invalid-error.js';
import { parseDefinition } from './parse-definition.js';
import { RUNNABLE_RELEASE_NOTES } from './test-support/release-notes.js';

describe('parseDefinition', () => {
  it('gives the definition that the text holds, the same from YAML and from JSON', () => {
    const definition = parseDefinition(RUNNABLE_RELEASE_NOTES);
    expect(parseDefinition(JSON.stringify(definition, null, '\t'))).toEqual(definition);
    expect(checkDefinition(definition)).toEqual(definition);
  });

  it('names the file, the place and the remedy of each error', () => {
    const parse = (): unknown =>
      parseDefinition('name: x\nsteps:\n  - { id: a, type: t, need: [] }', { source: 'flow.yaml' });
    expect(parse).toThrow(DefinitionInvalidError);
    expect(parse).toThrow('flow.yaml:3:23 error UNKNOWN_KEY: unknown key `need`. Did you mean `needs`?');
  });

  it('reads no more than it is told to', () => {
    expect(() => parseDefinition(RUNNABLE_RELEASE_NOTES, { maxBytes: 100 })).toThrow(/larger than 100 bytes/);
  });

  it('throws nothing but DefinitionInvalidError, whatever the text', () => {
    const lines = fc.constantFrom(
      'name: x',
      'steps:',
      '  - id: a',
      '    type: t',
      '    with: {}',
      '  - {id: b, type: t, needs: [a]}',
      '    needs: [b]',
      'output: 1',
      '- a',
      '? x',
      '&a',
      '*a',
      '    retry: {}',
      '\t',
      '[',
      '}',
      '"',
      'input: {}',
      'name: y',
      '---',
      '%TAG',
    );
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 10 }), (text) => {
        try {
          return parseDefinition(text.join('\n')).steps.length > 0;
        } catch (error) {
          return error instanceof DefinitionInvalidError && error.issues.length > 0;
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
