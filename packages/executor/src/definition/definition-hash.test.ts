import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, definitionHash } from './definition-hash.js';

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [2, { d: 3, c: null }] }, '{"a":[2,{"c":null,"d":3}],"b":1}'],
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    [[1e30, 4.5, 0.002, 1e-27, -0], '[1e+30,4.5,0.002,1e-27,0]'],
    ['\u0007"\\', '"\\u0007\\"\\\\"'],
  ])('writes %j as RFC 8785 has it', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it('keeps __proto__ and toJSON as the keys they are', () => {
    expect(canonicalJson(JSON.parse('{"toJSON":1,"__proto__":{"b":2,"a":1}}'))).toBe(
      '{"__proto__":{"a":1,"b":2},"toJSON":1}',
    );
  });

  it('means the same value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(JSON.parse(JSON.stringify(value))))).toEqual(json);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const turned = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(JSON.parse(JSON.stringify(turned)))).toBe(
          canonicalJson(JSON.parse(JSON.stringify(object))),
        );
      }),
    );
  });
});

describe('definitionHash', () => {
  it('is the SHA-256 of the canonical JSON', () => {
    const text = '{"name":"x","steps":[{"id":"a","type":"t"}]}';
    expect(definitionHash({ steps: [{ type: 't', id: 'a' }], name: 'x' })).toBe(
      createHash('sha256').update(text).digest('hex'),
    );
  });

  it('differs for another order of steps', () => {
    const [a, b] = [
      { id: 'a', type: 't' },
      { id: 'b', type: 't' },
    ];
    expect(definitionHash({ name: 'x', steps: [a, b] })).not.toBe(definitionHash({ name: 'x', steps: [b, a] }));
  });
});
