import { expect, test } from 'vitest';
import { makeRun } from '../test-support/call-handler.js';
import { buildRequest } from './build-request.js';
import { httpInput } from './http-input.js';

const run = makeRun({ idempotencyKey: 'run-1:pay' });

function build(given: object, on = run) {
  const { method, url, headers, body } = buildRequest(httpInput.parse({ url: 'https://h/p', ...given }), on);
  return { method, url: url.href, headers: Object.fromEntries(headers), body };
}

test('a step with a URL is a GET without headers', () => {
  expect(build({})).toEqual({ method: 'GET', url: 'https://h/p', headers: {}, body: undefined });
});

test('json is posted as JSON, null too', () => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'run-1:pay' };
  expect(build({ json: { a: [1] } })).toEqual({ method: 'POST', url: 'https://h/p', headers, body: '{"a":[1]}' });
  expect(build({ json: null, method: 'put' })).toMatchObject({ method: 'PUT', body: 'null' });
});

test('what the step says comes before the defaults', () => {
  const headers = { 'Content-Type': 'application/merge-patch+json', 'Idempotency-Key': 'mine', 'X-Count': 3 };
  expect(build({ method: 'PATCH', json: {}, headers }).headers).toEqual({
    'content-type': 'application/merge-patch+json',
    'idempotency-key': 'mine',
    'x-count': '3',
  });
});

test.each([
  ['GET', false],
  ['HEAD', false],
  ['DELETE', true],
  ['PUT', true],
])('a %s carries the idempotency key: %s', (method, carries) => {
  expect('idempotency-key' in build({ method }).headers).toBe(carries);
});

test.each([
  ['r:größe[2]', 'r%3Agr%C3%B6%C3%9Fe%5B2%5D'],
  ['r:two\nlines', 'r%3Atwo%0Alines'],
  ['r:\uD800', 'r%3A%EF%BF%BD'],
  ['r:a[2]/b', 'r:a[2]/b'],
])('the idempotency key %j is sent as %s', (idempotencyKey, sent) => {
  expect(build({ method: 'POST' }, makeRun({ idempotencyKey })).headers['idempotency-key']).toBe(sent);
});

test('the query is added to what the URL has, encoded, lists repeated', () => {
  const query = { q: 'a&b=c d', n: 5, flag: true, tag: ['x', 'y'], none: [] };
  expect(build({ url: 'https://h/p?z=1', query }).url).toBe('https://h/p?z=1&q=a%26b%3Dc+d&n=5&flag=true&tag=x&tag=y');
});

test.each([
  ['https://ada:s%40cret@h/p', 'ada:s@cret'],
  ['https://token@h/p', 'token:'],
  ['https://a:100%@h/p', 'a:100%'],
  ['https://gr%C3%BC%C3%9F:%F0%9F%94%91@h/p', 'grüß:🔑'],
])('the credentials of %s become a header', (url, pair) => {
  expect(build({ url })).toMatchObject({
    url: 'https://h/p',
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  });
});

test('an authorization of the step comes before that of the URL', () => {
  expect(build({ url: 'https://a:b@h/p', headers: { authorization: 'Bearer x' } }).headers).toEqual({
    authorization: 'Bearer x',
  });
});
