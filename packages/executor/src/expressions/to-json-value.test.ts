import { Optional } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { describe, expect, it } from 'vitest';
import { WorkExhausted, withWork } from './meter.js';
import { NotJsonError, toJsonValue } from './to-json-value.js';

describe('toJsonValue', () => {
  it.each([
    ['an int', 3n, 3],
    ['an unsigned int', new UnsignedInt(7n), 7],
    ['a double', 1.5, 1.5],
    ['null', null, null],
    ['a timestamp', new Date(Date.UTC(2024, 4, 1)), '2024-05-01T00:00:00.000Z'],
    ['a duration', new Duration(90n), '90s'],
    ['an optional', Optional.of(1n), 1],
    ['an empty optional', Optional.none(), null],
    ['a Map', new Map([['a', 1n]]), { a: 1 }],
    ['a list', [1n, ['a', true]], [1, ['a', true]]],
    ['an object', { a: { b: 2n } }, { a: { b: 2 } }],
  ])('turns %s into JSON', (_kind, value, expected) => {
    expect(toJsonValue(value)).toEqual(expected);
  });

  it('makes 0 of -0, as storing it would', () => {
    expect(Object.is(toJsonValue(-0), 0)).toBe(true);
  });

  it.each([
    [Number.NaN, /NaN/],
    [Number.POSITIVE_INFINITY, /Infinity/],
    [2n ** 53n, /too large .* string/],
    [new Uint8Array([1]), /bytes.*base64/],
    [undefined, /undefined/],
    [() => null, /function/],
    [Symbol('x'), /symbol/],
  ])('refuses %s with the way out', (value, message) => {
    expect(() => toJsonValue(value)).toThrow(NotJsonError);
    expect(() => toJsonValue(value)).toThrow(message);
  });

  it('keeps the largest exact ints', () => {
    expect(toJsonValue(BigInt(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('freezes what it makes, and gives back what is frozen', () => {
    const frozen = Object.freeze({ lines: Object.freeze(['a']) });
    const made = toJsonValue({ kept: frozen, made: [1n] });
    expect(made).toEqual({ kept: { lines: ['a'] }, made: [1] });
    expect(Object.isFrozen(made)).toBe(true);
    expect(Reflect.get(Object(made), 'kept')).toBe(frozen);
    expect(Object.isFrozen(Reflect.get(Object(made), 'made'))).toBe(true);
  });

  it('never freezes a value it was given', () => {
    const given = { a: [1] };
    toJsonValue(given);
    expect(Object.isFrozen(given)).toBe(false);
  });

  it('keeps __proto__ a key', () => {
    const value = toJsonValue(JSON.parse('{"__proto__":{"x":1}}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('refuses nesting that no reader could take', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 1_001; depth++) deep = [deep];
    expect(() => toJsonValue(deep)).toThrow(/deeper than 1000/);
  });

  it('makes a result pay for every place a shared value stands in', () => {
    let doubled: unknown = Object.freeze(['x']);
    for (let depth = 0; depth < 40; depth++) doubled = Object.freeze([doubled, doubled]);
    expect(() => withWork(100_000, () => toJsonValue(doubled))).toThrow(WorkExhausted);
  });
});
