import { expect, it } from 'vitest';
import { shortId } from './short-id.js';

it.each([
  ['01a20543-b20f-74d1-aa6c-e87ebc1f1949', 'e87ebc1f1949'],
  ['the-climb', 'the-climb'],
  ['a-name-that-is-far-too-long', 'a-name-that…'],
  ['evil\u001b[2J', 'evil'],
])('%j is called %j', (runId, shown) => {
  expect(shortId(runId)).toBe(shown);
});
