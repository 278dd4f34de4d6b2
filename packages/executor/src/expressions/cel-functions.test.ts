import { describe, expect, it } from 'vitest';
import { evaluate } from './test-support/evaluate.js';

const input = {
  text: 'one two  three',
  list: [3, 1, 2],
  commits: [
    { type: 'fix', subject: 'a' },
    { type: 'feat', subject: 'b' },
    { type: 'fix', subject: 'c' },
  ],
  nested: [[1], 2, [3, [4]]],
};

describe('functions on texts', () => {
  it.each([
    ['input.text.split(" ")', ['one', 'two', '', 'three']],
    ['["a", "b"].join(", ")', 'a, b'],
    ['"a.b.a".replace("a", "$&")', '$&.b.$&'],
    ['"Abc".lowerAscii() + "x".upperAscii()', 'abcX'],
    ['" a ".trim()', 'a'],
    ['"fix(api): x".extract("^([a-z]+)")', 'fix'],
    ['"none".extract("[0-9]+")', null],
    ['"fix(api): x".matches("^fix(\\\\([^)]*\\\\))?:")', true],
    ['string(input.list[0])', '3'],
    ['bytes("user:pass").base64()', 'dXNlcjpwYXNz'],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source, input)).toEqual(expected);
  });

  it.each([
    ['"a".replace("", "b")', /needs a text to look for/],
    ['"a".matches("(")', /missing closing/],
    ['"a".matches(input.text + "(")', /missing closing/],
  ])('%s fails', (source, message) => {
    expect(() => evaluate(source, input)).toThrow(message);
  });
});

describe('functions on lists', () => {
  it.each([
    ['input.list.sort()', [1, 2, 3]],
    ['[10, 9, 2.5].sort()', [2.5, 9, 10]],
    ['["b", "B", "a"].sort()', ['B', 'a', 'b']],
    ['[].sort()', []],
    ['["a", "b", "a"].distinct()', ['a', 'b']],
    ['[1, 1.0, {"a": 1}, {"a": 1.0}, null, null].distinct()', [1, { a: 1 }, null]],
    ['input.nested.flatten()', [1, 2, 3, [4]]],
    ['input.list.reverse()', [2, 1, 3]],
    ['input.list.slice(1, 3)', [1, 2]],
    ['input.list.slice(0, size(input.list) - 1)', [3, 1]],
    ['input.list.sum()', 6],
    ['[1, 2].sum() / 2', 1],
    ['[].sum()', 0],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source, input)).toEqual(expected);
  });

  it.each([
    ['[1, "a"].sort()', /list of texts or a list of numbers/],
    ['["a"].sum()', /list of numbers/],
    ['input.list.slice(1, 9)', /whole numbers from 0 to the list's size 3/],
    ['input.list.slice(2, 1)', /after its end/],
    ['input.list.groupBy("type")', /under that key in every item/],
    ['[{"type": null}].groupBy("type")', /under that key in every item/],
  ])('%s fails', (source, message) => {
    expect(() => evaluate(source, input)).toThrow(message);
  });

  it('never changes the list it is given', () => {
    expect(evaluate('[input.list.sort(), input.list.reverse(), input.list]', input)).toEqual([
      [1, 2, 3],
      [2, 1, 3],
      [3, 1, 2],
    ]);
  });

  it('groups objects by a key, in the order groups appear', () => {
    const grouped = evaluate('input.commits.groupBy("type")', input);
    expect(grouped).toEqual({ fix: [input.commits[0], input.commits[2]], feat: [input.commits[1]] });
    expect(Object.keys(Object(grouped))).toEqual(['fix', 'feat']);
  });

  it('groups by a key named __proto__ without reaching a prototype', () => {
    expect(JSON.stringify(evaluate('[{"k": "__proto__"}].groupBy("k")'))).toBe('{"__proto__":[{"k":"__proto__"}]}');
  });
});

describe('functions on maps and JSON', () => {
  it.each([
    ['keys({"b": 1, "a": 2})', ['b', 'a']],
    ['values({"b": 1, "a": 2})', [1, 2]],
    ['keys(input.commits.groupBy("type"))', ['fix', 'feat']],
    ['values(input.commits.groupBy("type")).map(g, size(g))', [2, 1]],
    ['json({"a": [1, 2.5, null]})', '{"a":[1,2.5,null]}'],
    ['parseJson("{\\"a\\": [1]}").a[0] + 1', 2],
    ['parseJson(json(input.list)) == input.list', true],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source, input)).toEqual(expected);
  });

  it.each([
    ['parseJson("{")', /no valid JSON/],
    ['json(b"a")', /bytes/],
  ])('%s fails', (source, message) => {
    expect(() => evaluate(source, input)).toThrow(message);
  });
});
