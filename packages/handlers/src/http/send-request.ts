import { TerminalError } from '../errors.js';
import { type HttpRequest, withoutCredentials } from './build-request.js';
import { shownUrl } from './http-errors.js';
import { isHttpUrl } from './http-input.js';

// As many as fetch itself follows.
const MAX_REDIRECTS = 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
// Meant for the first server only; a redirect to another one must not carry them there.
const CREDENTIAL_HEADERS = ['authorization', 'cookie', 'proxy-authorization'];
const BODY_HEADERS = ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-location'];

/**
 * Sends a request and, if asked to, follows redirects as fetch does; rejects as fetch does.
 *
 * It follows by hand, because fetch reports a redirect to somewhere forbidden like a broken connection, which would be
 * tried again: here it is a terminal `HTTP_REDIRECT`.
 */
export async function sendRequest(
  request: HttpRequest,
  options: { readonly follow: boolean; readonly signal: AbortSignal },
): Promise<Response> {
  let current = request;
  for (let followed = 0; followed <= MAX_REDIRECTS; followed += 1) {
    const { method, url, headers, body } = current;
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal: options.signal });
    const location = response.headers.get('location');
    if (!options.follow || location === null || !REDIRECTS.has(response.status)) return response;
    // An unread body would keep its connection.
    await response.body?.cancel();
    current = redirected(current, response.status, location);
  }
  throw redirectError(request, `was redirected more than ${MAX_REDIRECTS} times`);
}

function redirected(request: HttpRequest, status: number, location: string): HttpRequest {
  const target = URL.canParse(location, request.url.href) ? new URL(location, request.url) : null;
  if (target === null) throw redirectError(request, 'was redirected to something that is no URL');
  if (!isHttpUrl(target.href)) {
    throw redirectError(request, `was redirected to a ${target.protocol} URL, only http: and https: are followed`);
  }
  const headers = new Headers(request.headers);
  if (target.origin !== request.url.origin) for (const name of CREDENTIAL_HEADERS) headers.delete(name);
  const url = withoutCredentials(target);
  if (!becomesGet(status, request.method)) return { ...request, url, headers };
  for (const name of BODY_HEADERS) headers.delete(name);
  return { method: 'GET', url, headers, body: undefined };
}

function becomesGet(status: number, method: string): boolean {
  return status === 303
    ? method !== 'GET' && method !== 'HEAD'
    : (status === 301 || status === 302) && method === 'POST';
}

function redirectError(request: HttpRequest, what: string): TerminalError {
  return new TerminalError(
    `${request.method} ${shownUrl(request.url)} ${what}. Correct with.url, or set with.followRedirects to false.`,
    {
      code: 'HTTP_REDIRECT',
      details: { method: request.method, url: shownUrl(request.url) },
    },
  );
}
