import { describe, expect, it } from 'vitest';
import { previewValue, showJson } from './value.js';

describe('previewValue', () => {
  it.each([
    ['a text, without quotes', 'two\nlines', 'two lines'],
    ['null', null, 'null'],
    ['false', false, 'false'],
    ['an empty list', [], '[]'],
    ['an object', { a: [1, 'x'] }, '{"a":[1,"x"]}'],
    ['no value', undefined, ''],
  ])('shows %s', (_, value, shown) => {
    expect(previewValue(value, 80)).toBe(shown);
  });

  it('cuts to the line', () => {
    expect(previewValue({ text: 'x'.repeat(100) }, 12)).toBe('{"text":"xx…');
  });

  it('lets no escape sequence out of a value', () => {
    expect(previewValue('\u001b[2Jgone', 80)).toBe('gone');
  });

  it('shows all of a value where lines have no end', () => {
    expect(previewValue(['x'.repeat(300)], Number.POSITIVE_INFINITY)).toHaveLength(304);
  });

  it('keeps a key called __proto__ as a key', () => {
    expect(previewValue(JSON.parse('{"__proto__":1}'), 80)).toBe('{"__proto__":1}');
  });
});

it('indents JSON for people and keeps it on one line for programs', () => {
  expect(showJson({ a: [1] }, false)).toBe('{"a":[1]}');
  expect(showJson({ a: 1 }, true)).toBe('{\n  "a": 1\n}');
});
