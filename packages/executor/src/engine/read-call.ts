import { DURATION_FORM, readDuration } from '../definition/parse-duration.js';
import { StepValueError } from '../errors.js';
import { isPlainObject } from './deep-freeze.js';

/** A run that a step starts and whose end it waits for, as its resolved `with` says it. */
export interface ChildCall {
  /** A name the executor knows, `name@version`, or a definition. */
  readonly workflow: string | Readonly<Record<string, unknown>>;
  readonly input: unknown;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
  /** The queue, priority, key and tags of the child; null: its definition's, else those of its parent (tags: none). */
  readonly queue: string | null;
  readonly priority: number | null;
  readonly concurrencyKey: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
}

/** How a `workflow` step is written. */
export const CALL_FORM = `\`workflow\` (a name, \`name@version\`, or a definition), and \`input\`, \`queue\`, \`priority\`, \`concurrencyKey\`, \`tags\`, or \`timeout\` (${DURATION_FORM}) if need be`;

/** Reads the resolved `with` of a `workflow` step; throws `StepValueError`. */
export function readCall(stepKey: string, input: unknown): ChildCall {
  const call = isPlainObject(input) ? parseCall(input) : null;
  if (call !== null) return call;
  throw new StepValueError(
    `Step "${stepKey}" is of type workflow, and its \`with\` is ${JSON.stringify(input)?.slice(0, 100)}. Give it ${CALL_FORM}.`,
    { details: { stepKey } },
  );
}

/** The longest name of a queue or a key, in characters. */
const maxNameLength = 200;

/** Gives null for what starts no run. */
export function parseCall(input: Readonly<Record<string, unknown>>): ChildCall | null {
  const { workflow, input: given, timeout, queue, priority, concurrencyKey, tags, ...others } = input;
  if (Object.keys(others).length > 0 || !(isName(workflow) || isPlainObject(workflow))) return null;
  const timeoutMs = timeout === undefined ? null : readDuration(timeout);
  if (timeout !== undefined && timeoutMs === null) return null;
  if (!isAbsentOr(isName, queue) || !isAbsentOr(isName, concurrencyKey)) return null;
  if (!isAbsentOr(isWhole, priority) || !isAbsentOr(areTags, tags)) return null;
  return {
    ...{ workflow, input: given, timeoutMs },
    ...{ queue: queue ?? null, priority: priority ?? null, concurrencyKey: concurrencyKey ?? null, tags: tags ?? null },
  };
}

function isAbsentOr<T>(is: (value: unknown) => value is T, value: unknown): value is T | undefined {
  return value === undefined || is(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxNameLength;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function areTags(value: unknown): value is Readonly<Record<string, string>> {
  return isPlainObject(value) && Object.values(value).every((tag) => typeof tag === 'string');
}
