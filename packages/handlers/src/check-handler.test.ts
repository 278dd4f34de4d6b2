import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkHandler, HandlerInvalidError } from './check-handler.js';
import { isTerminalError } from './errors.js';

const run = () => null;

test.each(['shell', 'mail.send', 'A1', 'my-type', 'create_file', 'a.b-c_d.e9'])('"%s" is a type', (name) => {
  expect(() => checkHandler({ type: name, run })).not.toThrow();
});

test.each(['', ' ', '1a', 'mail.', '.mail', 'mail..send', 'a b', 'a/b', 'a[1]', 'grüß', 'a\n', '__proto__'])(
  '%j is no type',
  (name) => {
    expect(() => checkHandler({ type: name, run })).toThrow(HandlerInvalidError);
  },
);

test.each([
  ['nothing', undefined, 'missing'],
  ['null', null, 'null'],
  ['a function', run, 'of type function'],
  ['no type', { run }, 'missing'],
  ['a type that is no text', { type: 7, run }, '7'],
  ['no run', { type: 'x' }, 'run is missing'],
  ['a run that is no function', { type: 'x', run: 'go' }, '"go"'],
  ['version 0', { type: 'x', run, version: 0 }, '0'],
  ['half a version', { type: 'x', run, version: 1.5 }, '1.5'],
  ['a version as text', { type: 'x', run, version: '1' }, '"1"'],
  ['an unknown delivery', { type: 'x', run, delivery: 'exactly-once' }, 'pure, at-least-once, at-most-once'],
  ['a description that is no text', { type: 'x', run, description: [] }, 'an array'],
  ['an input that is no schema', { type: 'x', run, input: { type: 'object' } }, 'Standard Schema'],
  ['a null output', { type: 'x', run, output: null }, 'Standard Schema'],
  [
    'a schema of a later standard',
    { type: 'x', run, input: { '~standard': { version: 2, validate: run } } },
    'Standard',
  ],
])('%s is refused, saying what is wrong', (_, candidate, said) => {
  expect(() => checkHandler(candidate)).toThrow(
    expect.objectContaining({
      name: 'HandlerInvalidError',
      code: 'HANDLER_INVALID',
      message: expect.stringContaining(said),
    }),
  );
});

test('the error names the handler and the key, and is final', () => {
  const error = new HandlerInvalidError('x');
  expect(isTerminalError(error)).toBe(true);
  expect(() => checkHandler({ type: 'x', run, version: -1 })).toThrow(
    expect.objectContaining({ details: { type: 'x', key: 'version' } }),
  );
});

test.each([
  ['zod', z.string()],
  ['valibot', v.string()],
  // As arktype makes them.
  ['a library whose schemas are functions', Object.assign(() => null, { '~standard': z.string()['~standard'] })],
])('a schema of %s is one', (_, input) => {
  expect(() => checkHandler({ type: 'x', run, input, output: input })).not.toThrow();
});
