import { HandlerError, RetryableError, TerminalError } from '../errors.js';
import type { HttpRequest } from './build-request.js';
import type { HttpInput } from './http-input.js';
import { parseRetryAfter } from './retry-after.js';

const SHOWN_CHARS = 200;

/** A URL as messages show it: no credentials, and no query, because keys are often there. */
export function shownUrl(url: URL): string {
  return url.origin + url.pathname;
}

/** The server answered with a status that was not expected: retryable if it is one that passes (408, 425, 429, 5xx). */
export function statusError(request: HttpRequest, response: Response, excerpt: string): HandlerError {
  const { status, statusText, headers } = response;
  const passes = [408, 425, 429].includes(status) || status >= 500;
  const retryAfterMs = passes
    ? parseRetryAfter(headers.get('retry-after'), { date: headers.get('date'), nowMs: Date.now() })
    : null;
  const said = excerpt === '' ? 'without a body' : `: ${excerpt.slice(0, SHOWN_CHARS)}`;
  const message = `${nameOf(request)} answered ${[status, statusText].join(' ').trim()}${excerpt === '' ? ' ' : ''}${said}`;
  const options = { code: 'HTTP_STATUS', details: { ...facts(request), status, body: excerpt, retryAfterMs } };
  if (!passes) return new TerminalError(message, options);
  return new RetryableError(message, retryAfterMs === null ? options : { ...options, retryAfterMs });
}

/** The answer was not there, to its end, in the step's own `timeout`. */
export function timeoutError(request: HttpRequest, input: HttpInput): RetryableError {
  return new RetryableError(
    `${nameOf(request)} was not done after ${input.timeout} ms. Raise with.timeout if it needs longer.`,
    {
      code: 'HTTP_TIMEOUT',
      details: { ...facts(request), timeoutMs: input.timeout },
    },
  );
}

/** No answer, or none to its end: the connection, the name look-up or the protocol failed. */
export function networkError(request: HttpRequest, error: unknown): RetryableError {
  // fetch says only "fetch failed"; what happened is in the cause.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
  // From Node 24 on what is no HTTP comes without a code: there its name is what tells it from other faults.
  const name = cause instanceof Error && cause !== error ? cause.name : null;
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : (code ?? 'unknown reason');
  return new RetryableError(`${nameOf(request)} failed: ${reason}`, {
    code: 'HTTP_NETWORK',
    cause,
    details: { ...facts(request), reason: code ?? name },
  });
}

/** The body went on after `maxBytes`; the rest was not read. */
export function bodyTooLargeError(request: HttpRequest, maxBytes: number): TerminalError {
  return new TerminalError(
    `${nameOf(request)} answered with more than ${maxBytes} bytes. Ask for less, or raise with.maxBytes.`,
    {
      code: 'HTTP_BODY_TOO_LARGE',
      details: { ...facts(request), maxBytes },
    },
  );
}

/** The body was to be parsed as JSON and is none. */
export function bodyNotJsonError(request: HttpRequest, cause: unknown): HandlerError {
  return new HandlerError(
    `${nameOf(request)} answered with a body that is no JSON. Set with.parse to "text" if that is right.`,
    {
      code: 'HTTP_BODY_NOT_JSON',
      cause,
      details: facts(request),
    },
  );
}

function nameOf(request: HttpRequest): string {
  return `${request.method} ${shownUrl(request.url)}`;
}

function facts(request: HttpRequest): { readonly method: string; readonly url: string } {
  return { method: request.method, url: shownUrl(request.url) };
}
