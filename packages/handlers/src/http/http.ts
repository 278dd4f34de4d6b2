import { defineHandler } from '../define-handler.js';
import { HandlerError } from '../errors.js';
import type { HandlerRun } from '../handler.js';
import { buildRequest, type HttpRequest } from './build-request.js';
import { startDeadline } from './deadline.js';
import { bodyNotJsonError, bodyTooLargeError, networkError, statusError, timeoutError } from './http-errors.js';
import { type HttpInput, httpInput } from './http-input.js';
import { isJsonType, type ReadBody, readBody } from './read-body.js';
import { sendRequest } from './send-request.js';

/** What an `http` step leaves. */
export interface HttpOutput {
  readonly status: number;
  /** Names in lower case; cookies and credentials are left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; empty with `parse: json`. */
  readonly body: string;
  /** The parsed body, if the answer is JSON and is not to be kept as text only. */
  readonly json?: unknown;
}

const EXCERPT_BYTES = 2_000;
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'set-cookie',
  'set-cookie2',
  'authorization',
  'proxy-authorization',
]);

/**
 * Sends an HTTP request: `http`.
 *
 * Every request but GET and HEAD carries the step's `Idempotency-Key`. A status that passes (408, 425, 429, 5xx), a network
 * fault and the step's own `timeout` are retryable and honour `Retry-After`; other unexpected statuses are terminal.
 * Errors: `HTTP_STATUS`, `HTTP_NETWORK`, `HTTP_TIMEOUT`, `HTTP_REDIRECT`, `HTTP_BODY_TOO_LARGE`, `HTTP_BODY_NOT_JSON`.
 */
export const http = defineHandler({
  type: 'http',
  description: 'Sends an HTTP request and keeps the answer.',
  input: httpInput,
  async run(input: HttpInput, run: HandlerRun): Promise<HttpOutput> {
    run.signal.throwIfAborted();
    const request = buildRequest(input, run);
    const answer = await exchange(request, input, run.signal);
    if (!answer.isExpected) throw statusError(request, answer.response, answer.text);
    if (!answer.isWhole) throw bodyTooLargeError(request, input.maxBytes);
    const { status, headers } = answer.response;
    return {
      status,
      headers: Object.fromEntries([...headers].filter(([name]) => !SECRET_HEADERS.has(name))),
      ...parse(request, input, answer),
    };
  },
});

interface Answer {
  readonly response: Response;
  readonly isExpected: boolean;
  readonly text: string;
  readonly isWhole: boolean;
}

async function exchange(request: HttpRequest, input: HttpInput, parent: AbortSignal): Promise<Answer> {
  const deadline = startDeadline(parent, input.timeout);
  try {
    const response = await sendRequest(request, { follow: input.followRedirects, signal: deadline.signal });
    const isExpected = expects(input, response.status);
    const body = isExpected ? await readBody(response, input.maxBytes) : await readExcerpt(response, parent);
    return { response, isExpected, ...body };
  } catch (error) {
    parent.throwIfAborted();
    if (error instanceof HandlerError) throw error;
    throw deadline.isOver() ? timeoutError(request, input) : networkError(request, error);
  } finally {
    deadline.release();
  }
}

function expects(input: HttpInput, status: number): boolean {
  if (input.expect !== undefined) return input.expect.includes(status);
  return (status >= 200 && status < 300) || (!input.followRedirects && status >= 300 && status < 400);
}

// The status is known and says more than a body that breaks off or comes too slowly.
async function readExcerpt(response: Response, parent: AbortSignal): Promise<ReadBody> {
  try {
    return await readBody(response, EXCERPT_BYTES);
  } catch {
    parent.throwIfAborted();
    return { text: '', isWhole: false };
  }
}

function parse(request: HttpRequest, input: HttpInput, answer: Answer): Pick<HttpOutput, 'body' | 'json'> {
  const { text, response } = answer;
  const isJson = text !== '' && isJsonType(response.headers.get('content-type'));
  if (input.parse === 'json') return { body: '', json: parseJson(request, text) };
  return input.parse === 'text' || !isJson ? { body: text } : { body: text, json: parseJson(request, text) };
}

function parseJson(request: HttpRequest, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bodyNotJsonError(request, error);
  }
}
