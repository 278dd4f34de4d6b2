import { z } from 'zod';
import { timerDuration } from '../duration.js';

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 5 * 60_000;

const url = z.string().refine(isHttpUrl, { error: 'expected an absolute http: or https: URL' });

const method = z
  .string()
  .regex(/^[a-z][a-z-]*$/i, { error: 'expected an HTTP method such as GET or POST' })
  .transform((written) => written.toUpperCase())
  .refine((known) => !['CONNECT', 'TRACE', 'TRACK'].includes(known), {
    error: 'CONNECT, TRACE and TRACK are not sent',
  });

const scalar = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected a text, a number or a boolean' })
  .transform(String);

const status = z.int().min(100).max(599);

/** What the `with` of an `http` step may hold. */
export const httpInput = z
  .strictObject({
    url,
    /** Default: `POST` with `json` or `body`, else `GET`. */
    method: method.optional(),
    headers: z.record(z.string(), scalar).default({}),
    /** Added to the URL's own query; a list repeats its name. */
    query: z.record(z.string(), z.union([scalar, z.array(scalar)])).default({}),
    /** Sent as `application/json`; `null` is sent as `null`. */
    json: z.unknown().optional(),
    body: z.string().optional(),
    /** For the whole exchange, redirects and body included. */
    timeout: timerDuration.default(TIMEOUT_MS),
    /** The statuses that are no failure; default: 2xx, and 3xx with `followRedirects: false`. */
    expect: z.array(status).min(1).optional(),
    /** The most bytes of an answer's body, after decompression. */
    maxBytes: z.int().min(1).default(MAX_BYTES),
    followRedirects: z.boolean().default(true),
    /** The form in which the body is kept; default: `body`, and `json` too when the answer says that it is JSON. */
    parse: z.enum(['text', 'json']).optional(),
  })
  .superRefine((input, context) => {
    const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    // By name only: undici's own message would show the value, and that may be a secret.
    for (const [name, value] of Object.entries(input.headers)) {
      if (!isHeader(name, value)) {
        refuse(['headers', name], 'is no header: its name or value has a character that HTTP does not allow');
      }
    }
    if (input.body !== undefined && input.json !== undefined) refuse(['body'], 'give either json or body, not both');
    const hasBody = input.body !== undefined || input.json !== undefined;
    if (hasBody && (input.method === 'GET' || input.method === 'HEAD')) {
      refuse(['method'], `${input.method} has no body`);
    }
  })
  .readonly();

export type HttpInput = z.output<typeof httpInput>;

/** Whether a text is an absolute URL of a scheme this handler speaks. */
export function isHttpUrl(text: string): boolean {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  return parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:');
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}
