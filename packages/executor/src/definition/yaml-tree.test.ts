import { describe, expect, it } from 'vitest';
import type { Finding } from './definition-issue.js';
import { readDefinitionText } from './read-definition-text.js';

const text = `name: x
steps:
  - id: a
    with:
      args: [one, "\${{ input.a }} and \${{ input.b }}"]
      text: |
        first
        \${{ input.c }}
  - &b { id: b, type: t }
  - *b
`;

function locate(finding: Pick<Finding, 'path' | 'atKey' | 'within'>): string {
  const { line, column } = readDefinitionText(text).locate({ code: 'WRONG_VALUE', message: '', ...finding });
  return `${line}:${column}`;
}

describe('the place of a finding', () => {
  it.each([
    [['name'], false, '1:7'],
    [['name'], true, '1:1'],
    [['steps'], true, '2:1'],
    [['steps', 0, 'id'], false, '3:9'],
    [['steps', 0, 'with', 'args'], true, '5:7'],
    [['steps', 0, 'with', 'args', 0], false, '5:14'],
    [['steps', 1, 'type'], false, '9:23'],
    [[], false, '1:1'],
  ])('of %j (key: %s) is %s', (path, atKey, expected) => {
    expect(locate({ path, atKey })).toBe(expected);
  });

  it('is the nearest one above, for a path that is not there', () => {
    expect(locate({ path: ['steps', 0, 'with', 'gone', 'deeper'] })).toBe('5:7');
    expect(locate({ path: ['gone'] })).toBe('1:1');
  });

  it('is the alias, for what stands in the value it names', () => {
    expect(locate({ path: ['steps', 2, 'type'] })).toBe('10:5');
  });

  it('is the very character inside of an expression', () => {
    const path = ['steps', 0, 'with', 'args', 1];
    expect(locate({ path, within: { text: `\${{ input.b }}`, offset: 4 } })).toBe('5:43');
    expect(locate({ path: ['steps', 0, 'with', 'text'], within: { text: `\${{ input.c }}`, offset: 4 } })).toBe('8:13');
  });

  it('is the text, when the expression is not written in it as it reads', () => {
    expect(locate({ path: ['steps', 0, 'with', 'args', 1], within: { text: 'other', offset: 0 } })).toBe('5:19');
  });
});
