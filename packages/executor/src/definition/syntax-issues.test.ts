import { describe, expect, it } from 'vitest';
import { readDefinitionText } from './read-definition-text.js';

function show(text: string): readonly string[] {
  return readDefinitionText(text).issues.map(
    ({ line, column, code, message, remedy }) => `${line}:${column} ${code} ${message} | ${remedy}`,
  );
}

const QUOTE = `Put a text with an expression in quotes: '\${{ … }}'.`;

describe('a text that is no single YAML document', () => {
  it.each([
    ['a: [1', ['1:6 SYNTAX flow sequence in block collection must be sufficiently indented and end with a ] | null']],
    ['a: "b', ['1:6 SYNTAX missing closing "quote | null']],
    ['steps:\n\t- id: a', ['2:1 SYNTAX tabs are not allowed as indentation | null']],
    ['a: 1\n---\nb: 1', ['2:1 SYNTAX there is more than one document in the text | Keep one workflow in a file.']],
    ['', ['1:1 SYNTAX the text holds no workflow | Start with `name:` and `steps:`.']],
  ])('says what is wrong with %j', (text, expected) => {
    expect(show(text)).toEqual(expected);
  });

  it.each([`a: { b: \${{ input.a }} }`, `a: [\${{ input.a }}]`, `a: \${{ input.a == "x: y" }}`, `a: \${{ {"b": 1} }}`])(
    'tells who did not quote an expression: %s',
    (text) => {
      expect(show(text)).toEqual([expect.stringContaining(QUOTE)]);
    },
  );

  it('blames no expression that is quoted', () => {
    expect(show(`a: ["\${{ input.a }}" b]`)).toEqual([expect.stringMatching(/\| null$/)]);
  });

  it('says one thing of a line, and stops after twenty', () => {
    expect(show('a: b: c: d: e')).toHaveLength(1);
    expect(show('a: b: c\n'.repeat(50))).toHaveLength(20);
  });
});
