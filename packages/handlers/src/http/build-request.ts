import type { HandlerRun } from '../handler.js';
import type { HttpInput } from './http-input.js';

/** A request as it goes out; the URL carries no credentials. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
}

/** Makes the request a step asks for: credentials of the URL become `Authorization`, effects get an `Idempotency-Key`. */
export function buildRequest(input: HttpInput, run: HandlerRun): HttpRequest {
  const body = input.json === undefined ? input.body : JSON.stringify(input.json);
  const method = input.method ?? (body === undefined ? 'GET' : 'POST');
  const url = new URL(input.url);
  for (const [name, value] of Object.entries(input.query)) {
    for (const each of [value].flat()) url.searchParams.append(name, each);
  }
  const headers = new Headers(input.headers);
  const setDefault = (name: string, value: string) => headers.has(name) || headers.set(name, value);
  if (input.json !== undefined) setDefault('content-type', 'application/json');
  if (method !== 'GET' && method !== 'HEAD') setDefault('idempotency-key', headerValue(run.idempotencyKey));
  // fetch refuses a URL with credentials.
  if (url.username !== '' || url.password !== '') setDefault('authorization', basicAuth(url));
  return { method, url: withoutCredentials(url), headers, body };
}

/** A copy of a URL without its user name and password. */
export function withoutCredentials(url: URL): URL {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy;
}

// A step key may hold any letters, a header's value may not.
function headerValue(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? text : encodeURIComponent(Buffer.from(text).toString());
}

function basicAuth(url: URL): string {
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone "%" is allowed in a URL: it stands for itself.
    return part;
  }
}
