import { expect, test } from 'vitest';
import { callHandler, rejectionOf } from './test-support/call-handler.js';
import { transform } from './transform.js';

const values = [0, '', false, null, [], {}, 'text', { a: [1, { b: null }] }];

test.each(values.map((value) => ({ value })))('$value is returned', async ({ value }) => {
  expect(await callHandler(transform, { value })).toEqual(value);
});

test.each([
  ['nothing', undefined],
  ['no value', {}],
  ['another key', { value: 1, values: 2 }],
])('%s is refused', async (_, given) => {
  expect(await rejectionOf(callHandler(transform, given))).toMatchObject({ code: 'HANDLER_INPUT_INVALID' });
});

test('it says that it has no effect', () => {
  expect(transform.delivery).toBe('pure');
});
