/** A value, and what it must be for whoever reads it: live, stored, or in another process. */
export interface SampleValue {
  readonly name: string;
  readonly value: unknown;
  /** Absent: the value itself. */
  readonly kept?: unknown;
}

const large = {
  texts: Array.from({ length: 9000 }, (_, index) => `${index} ${'ä'.repeat(20)} ${'x'.repeat(50)}`),
  last: true,
};

/** Values that a store which is not careful loses or changes (pitfalls 24, 25). */
export const sampleValues: readonly SampleValue[] = [
  { name: '0', value: 0 },
  { name: 'the empty text', value: '' },
  { name: 'false', value: false },
  { name: 'null', value: null },
  { name: 'an empty list', value: [] },
  { name: 'an empty object', value: {} },
  { name: 'an object of 900 KB', value: large },
  { name: 'a NUL', value: 'a\u0000b' },
  { name: 'a lone surrogate', value: ['\ud800', '\udfff x', '😀'] },
  { name: 'line and paragraph separators', value: '\u2028\u2029\ufeff' },
  {
    name: '__proto__ as a key',
    value: JSON.parse('{"__proto__":{"polluted":true},"prototype":1,"toString":2,"hasOwnProperty":[]}'),
  },
  { name: '2 to the 53rd', value: 2 ** 53 },
  { name: 'the smallest and the largest number', value: [5e-324, 1.7976931348623157e308, 0.1 + 0.2] },
  { name: 'minus zero', value: { zero: -0 }, kept: { zero: 0 } },
  { name: 'a property that is undefined', value: { a: undefined, b: 1 }, kept: { b: 1 } },
  { name: 'nested values', value: { a: [[], {}, [{ b: null, c: [0, '', false] }]], '': { ' ': '\n' } } },
  { name: 'keys that look like numbers', value: { 10: 'ten', 2: 'two', a: 'a' } },
  { name: 'an object without a prototype', value: Object.assign(Object.create(null), { a: 1 }), kept: { a: 1 } },
];

class Point {
  readonly x = 1;
}

const cycle: Record<string, unknown> = { name: 'cycle' };
cycle.self = { again: cycle };

/** Values that could not be given back as they are, and where in them that is (pitfalls 25, 26). */
export const refusedValues: readonly {
  readonly name: string;
  readonly value: unknown;
  readonly path: string;
  readonly found: string;
}[] = [
  { name: 'a Map', value: { inner: [new Map([['a', 1]])] }, path: '$.inner[0]', found: 'an instance of Map' },
  { name: 'a Set', value: new Set([1]), path: '$', found: 'an instance of Set' },
  { name: 'a Date', value: { at: new Date(0) }, path: '$.at', found: 'an instance of Date' },
  { name: 'a BigInt', value: { 'big number': 1n }, path: '$["big number"]', found: 'a BigInt' },
  { name: 'NaN', value: [1, Number.NaN], path: '$[1]', found: 'NaN' },
  { name: 'Infinity', value: { a: Number.NEGATIVE_INFINITY }, path: '$.a', found: '-Infinity' },
  { name: 'a cycle', value: cycle, path: '$.self.again', found: 'a cycle' },
  { name: 'a class instance', value: { point: new Point() }, path: '$.point', found: 'an instance of Point' },
  {
    name: 'undefined inside an array',
    value: { list: [1, undefined] },
    path: '$.list[1]',
    found: 'undefined inside an array',
  },
  { name: 'a function', value: { call: () => 1 }, path: '$.call', found: 'a function' },
  { name: 'a symbol', value: { mark: Symbol('mark') }, path: '$.mark', found: 'a symbol' },
  { name: 'a Buffer', value: { bytes: Buffer.from('a') }, path: '$.bytes', found: 'an instance of Buffer' },
  { name: 'an object with toJSON', value: { a: { toJSON: () => 1 } }, path: '$.a', found: 'an object with toJSON' },
];
