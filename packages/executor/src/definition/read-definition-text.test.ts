import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDefinitionText } from './read-definition-text.js';

function issuesOf(text: string, maxBytes?: number): readonly string[] {
  return readDefinitionText(text, maxBytes).issues.map((issue) => `${issue.line}:${issue.column} ${issue.code}`);
}

describe('readDefinitionText', () => {
  it('reads YAML 1.2: yes and dates are texts, 0o17 is a number', () => {
    const text = 'a: yes\nb: 2024-01-01\nc: 0o17\nd: ~\ne: 1e3\nf: "1"\n';
    expect(readDefinitionText(text).value).toEqual({ a: 'yes', b: '2024-01-01', c: 15, d: null, e: 1000, f: '1' });
  });

  it('reads any JSON text as JSON.parse does, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const read = readDefinitionText(text);
        // Too deep and too long for a number are said; a lone null is no workflow.
        if (read.issues.length > 0)
          return ['NUMBER_NOT_EXACT', 'SYNTAX', 'TOO_DEEP'].includes(read.issues[0]?.code ?? '');
        return JSON.stringify(read.value) === JSON.stringify(JSON.parse(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives an alias the value of its anchor', () => {
    expect(readDefinitionText('a: &x { n: 1 }\nb: *x\nc: [*x]').value).toEqual({
      a: { n: 1 },
      b: { n: 1 },
      c: [{ n: 1 }],
    });
  });

  it('keeps __proto__ a key', () => {
    expect(JSON.stringify(readDefinitionText('__proto__: { x: 1 }').value)).toBe('{"__proto__":{"x":1}}');
  });

  it('freezes what it read', () => {
    const { value } = readDefinitionText('a: { b: [1] }');
    expect(Object.isFrozen(Reflect.get(Reflect.get(Object(value), 'a'), 'b'))).toBe(true);
  });

  it.each([
    ['a: [', ['1:5 SYNTAX']],
    ['a: 1\n  b: 2', ['1:4 SYNTAX']],
    ['', ['1:1 SYNTAX']],
    ['# nothing\n', ['1:1 SYNTAX']],
    ['a: 1\n---\nb: 2', ['2:1 SYNTAX']],
    ['%YAML 1.1\n---\na: yes', ['1:1 SYNTAX']],
    ['a: 1\nb: 2\na: 3', ['3:1 DUPLICATE_KEY']],
    ['{"a": 1, "a": 2}', ['1:10 DUPLICATE_KEY']],
    ['x:\n  1: one', ['2:3 KEY_NOT_TEXT']],
    ['null: a', ['1:1 KEY_NOT_TEXT']],
    ['? [a]\n: b', ['1:3 KEY_NOT_TEXT']],
    ['? {a: 1}\n: b', ['1:3 KEY_NOT_TEXT']],
    ['a: &x k\n*x : 1', ['2:1 KEY_NOT_TEXT']],
    ['a: &x {b: 1}\nc:\n  <<: *x', ['3:3 MERGE_KEY']],
    ['a: !!binary aGk=', ['1:13 TAG_NOT_ALLOWED']],
    ['a: !!set {b}', ['1:10 TAG_NOT_ALLOWED']],
    ['a: !mine 1', ['1:10 TAG_NOT_ALLOWED']],
    ['!mine k: 1', ['1:7 KEY_NOT_TEXT']],
    ['a: .inf', ['1:4 NUMBER_NOT_EXACT']],
    ['a: 12345678901234567890', ['1:4 NUMBER_NOT_EXACT']],
    ['a: *gone', ['1:4 SYNTAX']],
    ['a: &x [*x]', ['1:8 SYNTAX']],
  ])('refuses %j', (text, expected) => {
    expect(issuesOf(text)).toEqual(expected);
  });

  it('takes a quoted << for the key it is, and a tag that changes nothing', () => {
    expect(readDefinitionText('{"<<": 1, a: !!str 5}').value).toEqual({ '<<': 1, a: '5' });
  });

  it('reports all there is, not the first only', () => {
    expect(issuesOf('a: 1\na: 2\nb: .inf\nc: !x 1')).toHaveLength(3);
  });

  it('says of an alias bomb once that it is one, at no cost', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `b${index + 1}: &b${index + 1} [*b${index}, *b${index}]`);
    expect(issuesOf(`b0: &b0 [x, x]\n${lines.join('\n')}`)).toEqual([expect.stringContaining('ALIAS_LIMIT')]);
  });

  it('takes as many aliases as honest files have', () => {
    expect(issuesOf(`a: &a [x, y]\nb: [${Array.from({ length: 5_000 }, () => '*a').join(', ')}]`)).toEqual([]);
  });

  it.each([
    '['.repeat(200_000),
    '['.repeat(500) + ']'.repeat(500),
    '- '.repeat(5_000),
    `${'{a: '.repeat(300)}1${'}'.repeat(300)}`,
  ])('says that %.8s… is nested too deep', (text) => {
    expect(readDefinitionText(text).issues).toEqual([expect.objectContaining({ code: 'TOO_DEEP' })]);
  });

  it('reads no more bytes than it may', () => {
    expect(readDefinitionText('a: é', 4).issues).toEqual([expect.objectContaining({ code: 'TOO_LARGE', line: null })]);
    expect(readDefinitionText('a: é', 5).issues).toEqual([]);
    expect(issuesOf('x'.repeat(1_048_577))).toEqual(['null:null TOO_LARGE']);
  });

  it('reads a map of many keys in time that grows with them', () => {
    const text = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(Object.keys(Object(readDefinitionText(text).value))).toHaveLength(50_000);
  });

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&a',
      '*a',
      '!!str',
      '!',
      '"',
      "'",
      '|',
      '>',
      '#',
      '%',
      '---',
      '...',
      '?',
      '<<',
      '1',
      '\t',
      '\u0000',
      '\\',
      '@',
      '`',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const read = readDefinitionText(pieces.join(''));
        return read.issues.length > 0 || JSON.stringify(read.value) !== undefined;
      }),
      { numRuns: 5_000 },
    );
  });
});
