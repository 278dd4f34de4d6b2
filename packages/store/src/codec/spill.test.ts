import { describe, expect, it } from 'vitest';
import { inlineBytes, sha256, spill } from './spill.js';

const nothing = { inline: null, ref: null, bytes: 0 };

describe('spill', () => {
  it('keeps no value as no value', () => {
    expect(spill(null)).toEqual(nothing);
  });

  it.each([
    ['a short text', 'x'],
    ['a text of exactly the limit', 'x'.repeat(inlineBytes)],
    [
      'a text of exactly the limit in characters of three bytes',
      '漢'.repeat(inlineBytes / 4) + 'x'.repeat(inlineBytes / 4),
    ],
  ])('keeps %s inline', (_, text) => {
    expect(spill(text)).toMatchObject({ inline: text, ref: null });
  });

  it.each([
    ['one byte more than the limit', 'x'.repeat(inlineBytes + 1)],
    ['fewer characters than the limit but more bytes', '漢'.repeat(inlineBytes / 3 + 1)],
    ['fewer characters than the limit but more bytes, in surrogate pairs', '😀'.repeat(inlineBytes / 4 + 1)],
  ])('puts away %s', (_, text) => {
    expect(spill(text)).toEqual({ inline: null, ref: sha256(text), bytes: Buffer.byteLength(text) });
  });
});

describe('sha256', () => {
  it('is the SHA-256 of the UTF-8 in hex', () => {
    expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });
});
