import { describe, expect, it } from 'vitest';
import { count, cut, firstLine, oneLine, pad, stripControls, widthOf } from './text.js';

describe('oneLine', () => {
  it.each([
    ['line ends and tabs become one space', 'a\r\n\tb\nc', 'a b c'],
    ['colours are dropped', '\u001b[31mred\u001b[0m', 'red'],
    ['a title or a link set by an escape sequence is dropped', '\u001b]0;owned\u0007text', 'text'],
    ['bells and backspaces do not reach the terminal', 'a\u0007\u0008b', 'a b'],
    ['marks that turn the reading direction are dropped', 'abc\u202e.exe', 'abc .exe'],
  ])('%s', (_, text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });
});

it('keeps the lines of a text of several lines', () => {
  expect(stripControls('one\r\n  two\u001b[1m!\u0000')).toBe('one\n  two! ');
});

it('takes the first line that says something', () => {
  expect(firstLine('\n  \n  fatal: no such thing\nhint: more')).toBe('fatal: no such thing');
  expect(firstLine('')).toBe('');
});

describe('cut', () => {
  it('leaves what fits as it is', () => {
    expect(cut('classify', 8)).toBe('classify');
  });

  it('cuts to the cell and says so', () => {
    expect(cut('classify', 5)).toBe('clas…');
  });

  it('counts a wide character as two cells and never shows half of one', () => {
    const shortened = cut('日本語の手順', 6);
    expect(shortened).toBe('日本…');
    expect(widthOf(shortened)).toBeLessThanOrEqual(6);
  });

  it('closes a colour that it cuts', () => {
    expect(cut('\u001b[31mabcdef\u001b[39m', 4)).toBe('\u001b[31mabc\u001b[39m…');
  });

  it('cuts nothing where lines have no end', () => {
    expect(cut('x'.repeat(500), Number.POSITIVE_INFINITY)).toHaveLength(500);
  });

  it('shows nothing in no cells', () => {
    expect(cut('abc', 0)).toBe('');
  });
});

it('fills up by cells, not by characters', () => {
  expect(pad('日本', 6)).toBe('日本  ');
  expect(pad('7', 3, 'right')).toBe('  7');
});

it('counts with the right form of the noun', () => {
  expect([count(1, 'step'), count(0, 'step'), count(1204, 'step')]).toEqual(['1 step', '0 steps', '1,204 steps']);
});
