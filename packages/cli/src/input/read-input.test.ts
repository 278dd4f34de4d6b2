import { defineWorkflow } from '@sisyphus-state/executor';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { defaultInput, readInput } from './read-input.js';

it.each([['null'], ['0'], ['""'], ['false'], ['[]'], ['{"a":{"b":[1,2]}}']])('takes %s as it is', async (json) => {
  expect(JSON.stringify(await readInput(json, '/'))).toBe(json);
});

it('reads a file after an @, with or without a byte order mark', async () => {
  const cwd = temporaryFolder({ 'a.json': '{"a":1}', 'b.json': '\ufeff{"b":1}' });
  expect(await readInput('@a.json', cwd)).toEqual({ a: 1 });
  expect(await readInput('@b.json', cwd)).toEqual({ b: 1 });
});

it('keeps a key called __proto__ as a key', async () => {
  const input = await readInput('{"__proto__":{"polluted":true}}', '/');
  expect(Object.keys(input as object)).toEqual(['__proto__']);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe('what is no JSON', () => {
  it.each([
    ['a bare word', 'hello', 1, 1],
    ['an unclosed object', '{"a": 1', 1, 8],
    ['a comma too many', '{"a": 1,}', 1, 9],
    ['a fault on a later line', '{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['nothing at all', '', 1, 1],
    ['a comment', '{} // no', 1, 4],
    ['single quotes', "{'a': 1}", 1, 2],
  ])('%s is refused with its place', async (_, json, line, column) => {
    await expect(readInput(json, '/')).rejects.toMatchObject({
      code: 'INPUT_NOT_JSON',
      details: { source: '--input', line, column },
    });
  });

  it('names the file, the place and the line', async () => {
    const cwd = temporaryFolder({ 'in.json': '{\n  "a": nope\n}' });
    await expect(readInput('@in.json', cwd)).rejects.toThrow(
      /^in\.json:2:8: the input is no JSON \(.*\)\.\n {4}"a": nope$/,
    );
  });

  it('tells how to quote it on the command line', async () => {
    await expect(readInput('{a:1}', '/')).rejects.toThrow('Quote it for the shell');
  });
});

it('says that there is no such file', async () => {
  await expect(readInput('@none.json', temporaryFolder())).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

describe('without --input', () => {
  type Issue = { readonly message: string; readonly path?: readonly string[] };
  const schema = (issuesOf: (value: unknown) => readonly Issue[]) => ({
    '~standard': {
      ...({ version: 1, vendor: 'test' } as const),
      validate: (value: unknown) => {
        const issues = issuesOf(value);
        return issues.length > 0 ? { issues } : { value };
      },
    },
  });
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
  const wrong = [{ message: 'wrong' }];
  const code = (input?: ReturnType<typeof schema>) => defineWorkflow({ name: 'w', input }, async () => null);

  it.each([
    ['a definition that takes an object', { name: 'w', input: { type: 'object' }, steps: [] }, {}],
    ['a definition that takes anything', { name: 'w', steps: [] }, undefined],
    ['code that takes anything', code(), undefined],
    ['code that takes an object', code(schema((value) => (isObject(value) ? [] : wrong))), {}],
    [
      'code whose object lacks a property',
      code(schema((v) => (isObject(v) ? [{ message: 'no', path: ['a'] }] : wrong))),
      {},
    ],
    ['code that takes a text', code(schema((value) => (typeof value === 'string' ? [] : wrong))), undefined],
    ['code that may have nothing', code(schema(() => [])), undefined],
  ])('%s gets what it takes', (_, workflow, input) => {
    expect(defaultInput(workflow)).toEqual(input);
  });
});
