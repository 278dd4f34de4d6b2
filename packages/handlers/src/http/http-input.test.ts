import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { httpInput, isHttpUrl } from './http-input.js';

const url = 'https://example.com/';

test.each(['http://a', 'HTTPS://A.b:8080/c?d#e', 'https://user:pass@host/'])('%s is a URL to ask', (text) => {
  expect(isHttpUrl(text)).toBe(true);
});

test.each([
  '',
  '/path',
  'example.com',
  'file:///etc/passwd',
  'ftp://a',
  'data:,x',
  'javascript:1',
  'http://',
  'http://[::1',
])('%j is none', (text) => {
  expect(isHttpUrl(text)).toBe(false);
});

test('a step needs no more than a URL', () => {
  expect(httpInput.parse({ url })).toEqual({
    url,
    headers: {},
    query: {},
    timeout: 300_000,
    maxBytes: 1_048_576,
    followRedirects: true,
  });
});

test.each([
  ['another scheme', { url: 'file:///etc/passwd' }, 'url'],
  ['an unknown key', { url, verb: 'GET' }, ''],
  ['a method that is no word', { url, method: 'GET /' }, 'method'],
  ['a method that proxies use', { url, method: 'connect' }, 'method'],
  ['a body on GET', { url, method: 'get', body: 'x' }, 'method'],
  ['a body twice', { url, json: {}, body: '{}' }, 'body'],
  ['a header name with a space', { url, headers: { 'a b': 'c' } }, 'headers.a b'],
  ['a header that would add a header', { url, headers: { a: 'b\r\nc: d' } }, 'headers.a'],
  ['a header beyond Latin-1', { url, headers: { a: '日' } }, 'headers.a'],
  ['a status that is none', { url, expect: [42] }, 'expect.0'],
  ['no expected status at all', { url, expect: [] }, 'expect'],
  ['a timeout of nothing', { url, timeout: 0 }, 'timeout'],
  ['a query of objects', { url, query: { a: {} } }, 'query.a'],
])('%s is refused', (_, given, path) => {
  const issues = httpInput.safeParse(given).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

test('the value of a header that is refused is not repeated', () => {
  const { error } = httpInput.safeParse({ url, headers: { authorization: 'Bearer hunter2\nx' } });
  expect(error?.issues).toHaveLength(1);
  expect(inspect(error, { depth: null })).not.toContain('hunter2');
});
