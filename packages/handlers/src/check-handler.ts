import { HandlerError } from './errors.js';
import { DELIVERIES } from './handler.js';

/** A handler, or a collection of handlers, that cannot be one: code `HANDLER_INVALID`. Its author has to change it. */
export class HandlerInvalidError extends HandlerError {
  constructor(message: string, details?: Readonly<Record<string, unknown>>) {
    super(message, { code: 'HANDLER_INVALID', retryable: false, details });
  }
}

const TYPE_PATTERN = /^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/i;

/**
 * Throws a `HandlerInvalidError` unless `candidate` is a handler or the spec of one; looks at values only, never calls `run`.
 *
 * Types promise all of this, but handlers also come from JavaScript and from other copies of this package.
 */
export function checkHandler(candidate: unknown): void {
  if (!isObject(candidate)) {
    throw new HandlerInvalidError(
      `A handler is an object with a type and a run function; this is ${nameOf(candidate)}.`,
    );
  }
  const { type } = candidate;
  if (typeof type !== 'string' || !TYPE_PATTERN.test(type)) {
    throw new HandlerInvalidError(
      `A handler's type is words of letters and digits joined by ".", "-" or "_", the first starting with a letter, such as "mail.send"; this is ${nameOf(type)}.`,
      { type: typeof type === 'string' ? type : null },
    );
  }
  for (const [key, fits, wanted] of RULES) {
    const value = candidate[key];
    if (!fits(value)) {
      throw new HandlerInvalidError(`The handler "${type}" needs ${wanted}; its ${key} is ${nameOf(value)}.`, {
        type,
        key,
      });
    }
  }
}

type Rule = readonly [key: string, fits: (value: unknown) => boolean, wanted: string];

const RULES: readonly Rule[] = [
  ['run', (value) => typeof value === 'function', 'a function "run(input, run)"'],
  [
    'version',
    optional((value) => Number.isSafeInteger(value) && Number(value) >= 1),
    'a whole number from 1 as version',
  ],
  ['delivery', optional((value) => DELIVERIES.some((each) => each === value)), `${DELIVERIES.join(', ')} as delivery`],
  ['description', optional((value) => typeof value === 'string'), 'a text as description'],
  ['input', optional(isStandardSchema), 'a Standard Schema (zod, valibot, arktype, …) as input'],
  ['output', optional(isStandardSchema), 'a Standard Schema (zod, valibot, arktype, …) as output'],
];

function optional(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || fits(value);
}

// arktype's schemas are functions, the others' are objects.
function isStandardSchema(value: unknown): boolean {
  if (!isObject(value) && typeof value !== 'function') return false;
  const standard: unknown = Reflect.get(value, '~standard');
  return isObject(standard) && standard.version === 1 && typeof standard.validate === 'function';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : value === undefined ? 'missing' : `of type ${typeof value}`;
}
