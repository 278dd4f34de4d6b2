import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { ReadableStreamDefaultController } from 'node:stream/web';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { retryAfterMsOf } from '../errors.js';
import { callHandler, rejectionOf } from '../test-support/call-handler.js';
import { countedSignal } from '../test-support/counted-signal.js';
import { eventually } from '../test-support/eventually.js';
import { type Answer, startServer } from '../test-support/http-server.js';
import { http } from './http.js';

const reply =
  (status: number, headers: Record<string, string | string[]> = {}, body: string | Buffer = ''): Answer =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

/** What a step fails with, against a server of its own. */
async function failureOf(answer: Answer, given: object = {}): Promise<unknown> {
  const { origin } = await startServer(answer);
  return rejectionOf(callHandler(http, { url: `${origin}/path`, ...given }));
}

test('an answer is its status, its headers and its body', async () => {
  const { origin } = await startServer(
    reply(201, { 'X-Thing': 'a', 'Set-Cookie': ['s=secret', 't=u'], Authorization: 'x', Date: 'today' }, 'hello'),
  );
  const output = await callHandler(http, { url: origin });
  expect(output).toEqual({
    status: 201,
    headers: expect.objectContaining({ 'x-thing': 'a', date: 'today' }),
    body: 'hello',
  });
  expect(Object.keys(output.headers)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/cookie|authorization/)]),
  );
});

test('an answer that is JSON is parsed too', async () => {
  const { origin } = await startServer(reply(200, { 'content-type': 'application/problem+json' }, '{"a":[0,null]}'));
  expect(await callHandler(http, { url: origin })).toMatchObject({ body: '{"a":[0,null]}', json: { a: [0, null] } });
});

test('parse keeps the body in one form', async () => {
  const { origin } = await startServer(reply(200, { 'content-type': 'application/json' }, '{"a":1}'));
  const asText = await callHandler(http, { url: origin, parse: 'text' });
  expect(asText.body).toBe('{"a":1}');
  expect(asText).not.toHaveProperty('json');
  expect(await callHandler(http, { url: origin, parse: 'json' })).toMatchObject({ body: '', json: { a: 1 } });
});

test('parse json does not mind what the server calls it', async () => {
  const { origin } = await startServer(reply(200, { 'content-type': 'text/plain' }, '[1]'));
  expect(await callHandler(http, { url: origin, parse: 'json' })).toMatchObject({ body: '', json: [1] });
});

test('an answer that says it is JSON and has no body has no json', async () => {
  const { origin } = await startServer(reply(204, { 'content-type': 'application/json' }));
  const output = await callHandler(http, { url: origin });
  expect(output.body).toBe('');
  expect(output).not.toHaveProperty('json');
});

test('broken JSON is left to the policy', async () => {
  const error = await failureOf(reply(200, { 'content-type': 'application/json' }, '{"a":'));
  expect(error).toMatchObject({ code: 'HTTP_BODY_NOT_JSON', retryable: null });
});

test('the request is what the step says, with the key of the attempt', async () => {
  const { origin, seen } = await startServer(reply(200));
  await callHandler(
    http,
    { url: `${origin}/pay?a=1`, json: { n: 1 }, headers: { 'x-y': 'z' }, query: { b: 2 } },
    { idempotencyKey: 'r:pay' },
  );
  expect(seen).toMatchObject([
    {
      method: 'POST',
      path: '/pay?a=1&b=2',
      body: '{"n":1}',
      headers: { 'x-y': 'z', 'content-type': 'application/json', 'idempotency-key': 'r:pay' },
    },
  ]);
});

test.each([408, 425, 429, 500, 502, 503, 504, 599])('%i passes: it is retryable', async (status) => {
  const error = await failureOf(reply(status, { 'retry-after': '2' }, 'busy'));
  expect(error).toMatchObject({
    name: 'RetryableError',
    code: 'HTTP_STATUS',
    details: { status, body: 'busy', retryAfterMs: 2_000 },
  });
  expect(retryAfterMsOf(error)).toBe(2_000);
});

test('Retry-After may be a date, which counts from the server’s own clock', async () => {
  const headers = { date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'retry-after': 'Sun, 06 Nov 1994 08:50:07 GMT' };
  expect(retryAfterMsOf(await failureOf(reply(503, headers)))).toBe(30_000);
});

test.each([400, 401, 404, 409, 422])('%i is terminal, with an excerpt of the body', async (status) => {
  const error = await failureOf(reply(status, { 'retry-after': '2' }, `{"reason":"${'x'.repeat(5_000)}"}`));
  expect(error).toMatchObject({
    name: 'TerminalError',
    code: 'HTTP_STATUS',
    message: expect.stringMatching(new RegExp(`/path answered ${status} .*: \\{"reason":"x{189}$`)),
    details: { status, method: 'GET', body: expect.stringMatching(/^\{"reason":"x{1989}$/), retryAfterMs: null },
  });
});

test('a step may expect other statuses, and then only those', async () => {
  const { origin } = await startServer((request, response) => response.writeHead(Number(request.path.slice(1))).end());
  const ask = (status: number) => callHandler(http, { url: `${origin}/${status}`, expect: [404, 503] });
  expect(await ask(404)).toMatchObject({ status: 404 });
  expect(await ask(503)).toMatchObject({ status: 503 });
  expect(await rejectionOf(ask(200))).toMatchObject({ code: 'HTTP_STATUS', retryable: false });
  expect(await rejectionOf(ask(500))).toMatchObject({ code: 'HTTP_STATUS', retryable: true });
});

test('a redirect that is not followed is what the step asked for', async () => {
  const { origin } = await startServer(reply(302, { location: '/there' }));
  expect(await callHandler(http, { url: origin, followRedirects: false })).toMatchObject({
    status: 302,
    headers: { location: '/there' },
  });
  expect(await failureOf(reply(304))).toMatchObject({ code: 'HTTP_STATUS', details: { status: 304 } });
});

/** A port that the system has just given and taken back. */
async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = Object(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('nobody listening is a network fault', async () => {
  const port = await unusedPort();
  const error = await rejectionOf(callHandler(http, { url: `http://user:hunter2@127.0.0.1:${port}/a?key=hunter2` }));
  expect(error).toMatchObject({
    code: 'HTTP_NETWORK',
    retryable: true,
    message: `GET http://127.0.0.1:${port}/a failed: connect ECONNREFUSED 127.0.0.1:${port}`,
    details: { reason: 'ECONNREFUSED', url: `http://127.0.0.1:${port}/a` },
  });
  expect(inspect(error, { depth: null })).not.toContain('hunter2');
});

test.each<[string, Answer]>([
  ['before the answer', (_, response) => response.socket?.destroy()],
  [
    'in the middle of the body',
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    },
  ],
  ['with something that is not HTTP', (_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n')],
  ['with something that is not gzip', reply(200, { 'content-encoding': 'gzip' }, 'not gzip')],
])('a connection that breaks %s is a network fault', async (_, answer) => {
  expect(await failureOf(answer)).toMatchObject({
    code: 'HTTP_NETWORK',
    retryable: true,
    details: { reason: expect.any(String) },
  });
});

/** A body that comes byte by byte, and never ends. */
function drip(response: ServerResponse): void {
  const dripping = setInterval(() => response.write('.'), 10);
  response.on('close', () => clearInterval(dripping));
}

test.each<[string, Answer]>([
  ['never answers', () => {}],
  ['sends its body byte by byte', (_, response) => drip(response.writeHead(200))],
  [
    'redirects for ever, slowly',
    (_, response) => setTimeout(() => response.writeHead(302, { location: '/' }).end(), 20),
  ],
])('a server that %s runs into the timeout', async (_, answer) => {
  const error = await failureOf(answer, { timeout: '150ms' });
  expect(error).toMatchObject({ code: 'HTTP_TIMEOUT', retryable: true, details: { timeoutMs: 150 } });
});

test('a status is known although its body never ends', async () => {
  // A stub, so that the headers are there in time on the slowest machine.
  vi.stubGlobal('fetch', async (_: URL, { signal }: { readonly signal: AbortSignal }) => {
    const start = (stream: ReadableStreamDefaultController) =>
      signal.addEventListener('abort', () => stream.error(signal.reason));
    return new Response(new ReadableStream({ start }), { status: 403 });
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const error = await rejectionOf(callHandler(http, { url: 'http://stubbed/', timeout: 20 }));
  expect(error).toMatchObject({ code: 'HTTP_STATUS', retryable: false, details: { status: 403, body: '' } });
});

test('an abort ends the request with its reason, before and during the body', async () => {
  for (const answer of [() => {}, (_: unknown, response: ServerResponse) => drip(response.writeHead(200))]) {
    const { origin, seen } = await startServer(answer);
    const controller = new AbortController();
    const running = rejectionOf(callHandler(http, { url: origin }, { signal: controller.signal }));
    await eventually('the request arrived', () => seen.length > 0);
    const reason = new Error('cancelled');
    controller.abort(reason);
    expect(await running).toBe(reason);
  }
});

test('an abort while the excerpt of a failure is read is an abort', async () => {
  const controller = new AbortController();
  const body = new ReadableStream({
    pull: (stream) => {
      controller.abort();
      stream.error(controller.signal.reason);
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body, { status: 500 }));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const error = await rejectionOf(callHandler(http, { url: 'http://stubbed/' }, { signal: controller.signal }));
  expect(error).toBe(controller.signal.reason);
});

test('an attempt leaves no listener behind, however it ends', async () => {
  const { origin } = await startServer((request, response) => response.writeHead(Number(request.path.slice(1))).end());
  const { signal, listeners } = countedSignal();
  await callHandler(http, { url: `${origin}/200` }, { signal });
  await rejectionOf(callHandler(http, { url: `${origin}/400` }, { signal }));
  expect(listeners()).toBe(0);
});

test('an attempt that is already aborted sends nothing', async () => {
  const { origin, seen } = await startServer(reply(200));
  const signal = AbortSignal.abort('cancelled');
  expect(await rejectionOf(callHandler(http, { url: origin }, { signal }))).toBe('cancelled');
  expect(seen).toEqual([]);
});

test('a body without end is let go at maxBytes', async () => {
  let closed: Promise<unknown> = Promise.reject(new Error('nobody asked'));
  closed.catch(() => {});
  const chunk = 'x'.repeat(64 * 1024);
  const error = await failureOf(
    (_, response) => {
      closed = once(response, 'close');
      const pump = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pump);
      pump();
    },
    { maxBytes: 1_000_000 },
  );
  expect(error).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE', retryable: false, details: { maxBytes: 1_000_000 } });
  await closed;
});

test('a small body that unpacks to a huge one is too large', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(bomb.byteLength).toBeLessThan(1_048_576);
  const error = await failureOf(reply(200, { 'content-encoding': 'gzip' }, bomb));
  expect(error).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE', details: { maxBytes: 1_048_576 } });
});

test('a redirect out of the web is terminal', async () => {
  const error = await failureOf(reply(302, { location: 'file:///etc/passwd' }));
  expect(error).toMatchObject({ code: 'HTTP_REDIRECT', retryable: false, message: expect.stringContaining('file:') });
});

test('what is no URL of the web is refused before anything is sent', async () => {
  for (const url of ['file:///etc/passwd', 'localhost:80/a', '']) {
    expect(await rejectionOf(callHandler(http, { url }))).toMatchObject({
      code: 'HANDLER_INPUT_INVALID',
      message: expect.stringContaining('url: expected an absolute http: or https: URL'),
    });
  }
});
