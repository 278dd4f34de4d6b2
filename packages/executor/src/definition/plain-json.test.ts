import { describe, expect, it } from 'vitest';
import { plainJson } from './plain-json.js';

describe('plainJson', () => {
  it('copies JSON as it is, frozen all through', () => {
    const given = { a: [1, 'x', null, true], b: { c: {} } };
    const { value, findings } = plainJson(given);
    expect(findings).toEqual([]);
    expect(value).toEqual(given);
    expect(value).not.toBe(given);
    expect(Object.isFrozen(Reflect.get(Object(value), 'a'))).toBe(true);
  });

  it('leaves out what is undefined and makes 0 of -0', () => {
    expect(JSON.stringify(plainJson({ a: undefined, b: -0 }).value)).toBe('{"b":0}');
  });

  it('keeps the order of keys and a key named __proto__', () => {
    expect(JSON.stringify(plainJson(JSON.parse('{"b":1,"__proto__":{"x":1},"a":2}')).value)).toBe(
      '{"b":1,"__proto__":{"x":1},"a":2}',
    );
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const deep: unknown = JSON.parse(`${'['.repeat(150)}${']'.repeat(150)}`);

  it.each([
    [{ a: [() => null] }, ['a', 0], /a function/],
    [{ a: new Date(0) }, ['a'], /an instance of Date/],
    [{ a: new Map() }, ['a'], /an instance of Map/],
    [{ a: 1n }, ['a'], /a bigint/],
    [{ a: Number.NaN }, ['a'], /NaN/],
    [{ a: [undefined] }, ['a', 0], /undefined/],
    [{ a: Symbol('x') }, ['a'], /a symbol/],
    [cycle, ['self'], /a cycle/],
  ])('reports what JSON would drop or change: %o', (value, path, message) => {
    expect(plainJson(value).findings).toEqual([
      expect.objectContaining({ code: 'NOT_JSON', path, message: expect.stringMatching(message) }),
    ]);
  });

  it('reports holes of an array, which JSON would make null', () => {
    expect(plainJson(new Array(2)).findings).toHaveLength(2);
  });

  it('stops where values are nested too deep', () => {
    expect(plainJson(deep).findings).toEqual([expect.objectContaining({ code: 'TOO_DEEP' })]);
  });
});
