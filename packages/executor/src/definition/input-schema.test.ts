import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../expressions/json-value.js';
import { compileInputSchema } from './input-schema.js';

function issuesOf(schema: JsonObject | boolean, input: JsonValue): readonly string[] {
  const compiled = compileInputSchema(schema);
  if (!compiled.ok) throw new Error(compiled.issues.map((issue) => issue.message).join('; '));
  return compiled.validate(input).map((issue) => `${issue.path} ${issue.message}`);
}

const schema: JsonObject = {
  type: 'object',
  required: ['repo'],
  additionalProperties: false,
  properties: {
    repo: { type: 'string', pattern: '^[a-z/]+$' },
    tags: { type: 'array', items: { enum: ['a', 'b'] } },
    'a b': { const: 1 },
  },
};

describe('an input', () => {
  it('that fits has no issues', () => {
    expect(issuesOf(schema, { repo: 'a/b', tags: ['a'] })).toEqual([]);
    expect(issuesOf(true, null)).toEqual([]);
  });

  it('has an issue for each thing that does not fit, with its path', () => {
    expect([...issuesOf(schema, { repo: 'A', tags: ['c'], other: 1, 'a b': 2 })].sort()).toEqual([
      'input must NOT have additional properties: "other"',
      'input.repo must match pattern "^[a-z/]+$"',
      'input.tags[0] must be equal to one of the allowed values: "a", "b"',
      'input["a b"] must be equal to constant: 1',
    ]);
    expect(issuesOf(schema, {})).toEqual(["input must have required property 'repo'"]);
    expect(issuesOf(false, 1)).toEqual(['input boolean schema is false']);
  });

  it('is left as it is: no default is filled in, no text turned into a number', () => {
    const input = Object.freeze({});
    expect(issuesOf({ type: 'object', properties: { n: { type: 'number', default: 5 } } }, input)).toEqual([]);
    expect(issuesOf({ type: 'number' }, '5')).toHaveLength(1);
    expect(input).toEqual({});
  });

  it('meets `format` as a note for people, `pattern` as a rule', () => {
    expect(issuesOf({ type: 'string', format: 'email' }, 'no address')).toEqual([]);
  });

  it('is matched against each pattern of a schema by itself', () => {
    const two = { type: 'object', properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } };
    expect(issuesOf(two, { a: 'a', b: 'b' })).toEqual([]);
    expect(issuesOf(two, { a: 'b', b: 'a' })).toHaveLength(2);
  });

  it('is matched against a pattern in time that grows with it only', () => {
    expect(issuesOf({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}b`)).toHaveLength(1);
  });

  it('nested deeper than the validator can go is refused by an issue or taken, never by a crash of the process', () => {
    const deep: JsonValue = JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`);
    expect(
      issuesOf({ $defs: { list: { type: 'array', items: { $ref: '#/$defs/list' } } }, $ref: '#/$defs/list' }, deep),
    ).toEqual([]);
  });
});

describe('a schema', () => {
  it.each<[string, JsonObject]>([
    ['2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'string' }] }],
    [
      'draft-07',
      { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }], additionalItems: false },
    ],
  ])('may be of %s', (_dialect, written) => {
    expect(issuesOf(written, ['a'])).toEqual([]);
    expect(issuesOf(written, [1])).toHaveLength(1);
  });

  it('may have an $id without standing in the way of the next with the same', () => {
    expect(issuesOf({ $id: 'https://example.org/schema', type: 'string' }, 'a')).toEqual([]);
    expect(issuesOf({ $id: 'https://example.org/schema', type: 'number' }, 1)).toEqual([]);
  });

  it.each<[JsonObject, readonly string[], RegExp]>([
    [{ type: 'txet' }, ['type'], /one of the allowed values/],
    [{ properties: { a: { minLength: -1 } } }, ['properties', 'a', 'minLength'], />= 0/],
    [{ requird: ['a'] }, [], /unknown keyword: "requird"/],
    [{ pattern: '(?=a)' }, [], /\(\?=/],
    [{ pattern: '(' }, [], /missing closing/],
    [{ $ref: 'https://elsewhere.invalid/schema' }, [], /can't resolve reference/],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, ['$schema'], /2020-12 or draft-07/],
    [{ $schema: 5 }, ['$schema'], /2020-12 or draft-07/],
    [{ $async: true }, ['$async'], /asynchronous/],
  ])('that is not valid says so: %j', (written, path, message) => {
    expect(compileInputSchema(written)).toEqual({
      ok: false,
      issues: [{ path, message: expect.stringMatching(message) }],
    });
  });
});
