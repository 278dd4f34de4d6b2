import { expect, onTestFinished, test, vi } from 'vitest';
import { rejectionOf } from '../test-support/call-handler.js';
import { type Answer, startServer } from '../test-support/http-server.js';
import type { HttpRequest } from './build-request.js';
import { sendRequest } from './send-request.js';

const { signal } = new AbortController();

function request(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), headers: new Headers(), body: undefined, ...more };
}

const redirectTo =
  (status: number, location: string): Answer =>
  (_, response) => {
    response.writeHead(status, { location }).end('ignored');
  };

/** Redirects `/` and answers everything else. */
function redirectingOnce(status: number, location: string): Answer {
  return (seen, response) => {
    if (seen.path === '/') redirectTo(status, location)(seen, response);
    else response.end('arrived');
  };
}

test.each([
  [301, 'POST', 'GET', ''],
  [302, 'POST', 'GET', ''],
  [303, 'POST', 'GET', ''],
  [303, 'PUT', 'GET', ''],
  [302, 'PUT', 'PUT', 'payload'],
  [307, 'POST', 'POST', 'payload'],
  [308, 'POST', 'POST', 'payload'],
])('a %i answer to %s is followed with %s and body %j', async (status, method, next, body) => {
  const { origin, seen } = await startServer(redirectingOnce(status, '/there?a=1'));
  const headers = new Headers({ 'content-type': 'text/plain', authorization: 'Bearer x' });
  const response = await sendRequest(request(`${origin}/`, { method, headers, body: 'payload' }), {
    follow: true,
    signal,
  });
  expect(await response.text()).toBe('arrived');
  expect(seen[1]).toMatchObject({ method: next, path: '/there?a=1', body, headers: { authorization: 'Bearer x' } });
  expect('content-type' in (seen[1]?.headers ?? {})).toBe(body !== '');
});

test('HEAD stays HEAD', async () => {
  const { origin, seen } = await startServer(redirectingOnce(303, '/there'));
  await sendRequest(request(`${origin}/`, { method: 'HEAD' }), { follow: true, signal });
  expect(seen.map((each) => each.method)).toEqual(['HEAD', 'HEAD']);
});

test('another origin does not get the credentials, but the rest', async () => {
  const other = await startServer((_, response) => response.end());
  const { origin } = await startServer(redirectTo(307, `${other.origin.replace('//', '//user:pass@')}/there`));
  const headers = new Headers({ authorization: 'Bearer x', cookie: 'a=b', 'proxy-authorization': 'y', 'x-trace': 'z' });
  await sendRequest(request(`${origin}/`, { headers }), { follow: true, signal });
  const [arrived] = other.seen;
  expect(arrived?.headers).toMatchObject({ 'x-trace': 'z' });
  for (const name of ['authorization', 'cookie', 'proxy-authorization'])
    expect(arrived?.headers).not.toHaveProperty(name);
});

test.each(['file:///etc/passwd', 'data:text/plain,x', 'javascript:alert(1)', 'http://[', 'ftp://127.0.0.1/'])(
  'a redirect to %s is terminal',
  async (location) => {
    const { origin } = await startServer(redirectTo(302, location));
    const error = await rejectionOf(sendRequest(request(`${origin}/a?key=secret`), { follow: true, signal }));
    expect(error).toMatchObject({
      code: 'HTTP_REDIRECT',
      retryable: false,
      details: { method: 'GET', url: `${origin}/a` },
    });
    expect(String(error)).not.toContain('secret');
  },
);

test('a circle of redirects is terminal', async () => {
  const { origin, seen } = await startServer(redirectTo(302, '/again'));
  const error = await rejectionOf(sendRequest(request(`${origin}/`), { follow: true, signal }));
  expect(error).toMatchObject({ code: 'HTTP_REDIRECT', message: expect.stringContaining('more than 20 times') });
  expect(seen).toHaveLength(21);
});

test('a redirect is the answer when none is to be followed, or it leads nowhere', async () => {
  const { origin, seen } = await startServer(redirectingOnce(302, '/there'));
  const response = await sendRequest(request(`${origin}/`), { follow: false, signal });
  expect([response.status, response.headers.get('location')]).toEqual([302, '/there']);
  expect(seen).toHaveLength(1);
  const nowhere = await startServer((_, answer) => answer.writeHead(302).end());
  expect((await sendRequest(request(nowhere.origin), { follow: true, signal })).status).toBe(302);
});

test('the body of a redirect is let go, also one without end', async () => {
  const cancel = vi.fn();
  const redirect = new Response(new ReadableStream({ cancel }), { status: 302, headers: { location: '/there' } });
  vi.stubGlobal('fetch', vi.fn().mockResolvedValueOnce(redirect).mockResolvedValueOnce(new Response('arrived')));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const response = await sendRequest(request('http://stubbed/'), { follow: true, signal });
  expect(await response.text()).toBe('arrived');
  expect(cancel).toHaveBeenCalledOnce();
});
