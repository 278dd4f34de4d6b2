import { expect, test } from 'vitest';
import { isJsonType, readBody } from './read-body.js';

test.each([
  ['application/json', true],
  ['Application/JSON; charset=utf-8', true],
  ['application/problem+json', true],
  ['application/vnd.api+json;version=1', true],
  ['text/json', true],
  [null, false],
  ['', false],
  ['text/plain', false],
  ['application/jsonl', false],
  ['application/json-seq', false],
  ['text/html; x=application/json', false],
])('the content type %j is JSON: %s', (type, is) => {
  expect(isJsonType(type)).toBe(is);
});

function answer(body: ConstructorParameters<typeof Response>[0], type?: string): Response {
  return new Response(body, { headers: type === undefined ? {} : { 'content-type': type } });
}

test.each([
  ['no charset', undefined, Buffer.from('grün 💥'), 'grün 💥'],
  ['latin1', 'text/plain; charset=ISO-8859-1', Buffer.from('grün', 'latin1'), 'grün'],
  ['a quoted charset', 'text/plain;charset="utf-16le"', Buffer.from('grün', 'utf16le'), 'grün'],
  ['a charset nobody knows', 'text/plain; charset=klingon', Buffer.from('grün'), 'grün'],
  ['bytes that are no text', 'image/png', Buffer.from([0x61, 0xff, 0x00]), 'a\uFFFD\0'],
])('with %s the text is right', async (_, type, bytes, text) => {
  expect(await readBody(answer(bytes, type), 100)).toEqual({ text, isWhole: true });
});

test('a body as long as allowed is whole, a longer one is cut there', async () => {
  expect(await readBody(answer('12345'), 5)).toEqual({ text: '12345', isWhole: true });
  expect(await readBody(answer('123456'), 5)).toEqual({ text: '12345', isWhole: false });
  expect(await readBody(answer(null), 5)).toEqual({ text: '', isWhole: true });
});

test('a body without end is let go', async () => {
  let cancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
    cancel: () => {
      cancelled = true;
    },
  });
  expect(await readBody(answer(endless), 2_500)).toMatchObject({ isWhole: false });
  expect(cancelled).toBe(true);
});
