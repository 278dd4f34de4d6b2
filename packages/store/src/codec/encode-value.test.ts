import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotSerializableError, PayloadTooLargeError } from '../errors.js';
import { decodeValue } from './decode-value.js';
import { encodeValue, maxValueDepth } from './encode-value.js';

const encode = (value: unknown, maxBytes?: number): string | null =>
  encodeValue(value, { what: 'result of step "a"', ...(maxBytes === undefined ? {} : { maxBytes }) });

/** What a value is refused with. */
function refusal(value: unknown): NotSerializableError {
  try {
    encode(value);
  } catch (error) {
    if (error instanceof NotSerializableError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

const kept: readonly (readonly [what: string, value: unknown, text: string | null])[] = [
  ['undefined: no value', undefined, null],
  ['null', null, 'null'],
  ['0', 0, '0'],
  ['-0, which becomes 0', -0, '0'],
  ['-0 inside an array', [-0], '[0]'],
  ['the empty string', '', '""'],
  ['false', false, 'false'],
  ['an empty array', [], '[]'],
  ['an empty object', {}, '{}'],
  ['2^53', 2 ** 53, '9007199254740992'],
  ['the greatest double', Number.MAX_VALUE, '1.7976931348623157e+308'],
  ['U+0000', '\u0000', '"\\u0000"'],
  ['a lone surrogate', '\ud800', '"\\ud800"'],
  ['a pair of surrogates', '😀', '"😀"'],
  ['a property that is undefined: left out', { a: undefined, b: 1 }, '{"b":1}'],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ['an object of another realm', runInNewContext('({ a: [{}] })'), '{"a":[{}]}'],
  ['an own key called __proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ['the same object twice, which is no cycle', ((part) => [part, part])({ a: 1 }), '[{"a":1},{"a":1}]'],
];

class Point {
  x = 1;
}
class Words extends Array<string> {}

const cyclic: Record<string, unknown> = { a: { b: [] } };
Object.assign(cyclic, { a: { b: [cyclic] } });

const refused: readonly (readonly [what: string, value: unknown, path: string, found: RegExp])[] = [
  ['a BigInt', { a: [1n] }, '$.a[0]', /BigInt/],
  ['NaN', [0, Number.NaN], '$[1]', /NaN/],
  ['Infinity', { a: Number.POSITIVE_INFINITY }, '$.a', /Infinity/],
  ['-Infinity', Number.NEGATIVE_INFINITY, '$', /-Infinity/],
  ['undefined inside an array', { a: [1, undefined] }, '$.a[1]', /undefined/],
  ['a hole in an array', { a: new Array(2) }, '$.a[0]', /undefined/],
  ['a function', { a: () => 1 }, '$.a', /function/],
  ['a symbol', { a: Symbol('x') }, '$.a', /symbol/],
  ['a Date', { at: new Date(0) }, '$.at', /Date/],
  ['a Map', { m: new Map() }, '$.m', /Map/],
  ['a Set', new Set(), '$', /Set/],
  ['a RegExp', [/x/], '$[0]', /RegExp/],
  ['a Buffer', { b: Buffer.from('x') }, '$.b', /Buffer/],
  ['a typed array', { b: new Float64Array(1) }, '$.b', /Float64Array/],
  ['an Error', { e: new TypeError('x') }, '$.e', /TypeError/],
  ['a promise', { p: Promise.resolve() }, '$.p', /Promise/],
  ['an instance of a class', { p: new Point() }, '$.p', /Point/],
  ['an instance of a subclass of Array', { w: new Words() }, '$.w', /Words/],
  ['a boxed string', { s: Object('x') }, '$.s', /String/],
  ['an object with inherited properties', { o: Object.create({ a: 1 }) }, '$.o', /instance/],
  ['a cycle', cyclic, '$.a.b[0]', /cycle/],
  ['a toJSON that no one sees', Object.defineProperty({}, 'toJSON', { value: () => 1 }), '$', /toJSON/],
  ['an array with toJSON', { a: Object.assign([1], { toJSON: () => 1 }) }, '$.a', /toJSON/],
  ['a key that is no identifier', { 'a b': { '"': [1n] } }, '$["a b"]["\\""][0]', /BigInt/],
  [
    'a key called __proto__',
    JSON.parse('{"__proto__":{"x":null}}', (key, value) => (key === 'x' ? 1n : value)),
    '$.__proto__.x',
    /BigInt/,
  ],
];

describe('encodeValue', () => {
  it.each(kept)('keeps %s', (_, value, text) => {
    expect(encode(value)).toBe(text);
  });

  it.each(refused)('refuses %s and says where it is', (_, value, path, found) => {
    const error = refusal(value);
    expect(error.path).toBe(path);
    expect(error.message).toMatch(found);
    expect(error.message).toContain('result of step "a"');
    expect([error.code, error.retryable]).toEqual(['NOT_SERIALIZABLE', false]);
  });

  it('keeps what is nested as deep as it may be, and refuses one level more instead of overflowing', () => {
    const nest = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);
    expect(decodeValue(encode(nest(maxValueDepth)))).toEqual(nest(maxValueDepth));
    expect(refusal(nest(maxValueDepth + 1)).message).toContain('nested deeper');
    expect(refusal(nest(100_000)).message).toContain('nested deeper');
  });

  it('counts the limit in bytes of JSON, not in characters', () => {
    expect(encode('é'.repeat(4), 10)).toBe('"éééé"');
    expect(() => encode('é'.repeat(5), 11)).toThrow(PayloadTooLargeError);
    expect(() => encode('x'.repeat(100), 101)).toThrow('is 102 bytes of JSON; the limit is 101');
    expect(() => encode('x'.repeat(100), 102)).not.toThrow();
  });

  it('does not change what it is given', () => {
    const value = Object.freeze({ a: Object.freeze([-0, undefined === null]), b: undefined });
    encode(value);
    expect(value).toEqual({ a: [-0, false], b: undefined });
  });

  it('gives a text that decodes to an equal value and encodes to itself again, whatever the JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 6 }), (value) => {
        const text = encode(value);
        const decoded = decodeValue(text);
        expect(decoded).toEqual(withoutMinusZero(value));
        expect(encode(decoded)).toBe(text);
      }),
    );
  });

  it('either refuses a value or keeps all of it, whatever the value', () => {
    const anything = fc.anything({
      ...{ withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withSet: true },
      ...{ withNullPrototype: true, withSparseArray: true, withTypedArray: true, withUnicodeString: true },
    });
    fc.assert(
      fc.property(anything, (value) => {
        let text: string | null;
        try {
          text = encode(value);
        } catch (error) {
          expect(error).toBeInstanceOf(NotSerializableError);
          return;
        }
        expect(decodeValue(text)).toEqual(withoutMinusZero(value));
      }),
    );
  });
});

/** The value as it is said to come back: -0 is 0, and prototypes are none of its parts. */
function withoutMinusZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutMinusZero(item)]));
}
