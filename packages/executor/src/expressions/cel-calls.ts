import { EvaluationError } from '@marcbachmann/cel-js';
import { isPlainObject } from './json-kinds.js';
import { compileDynamicPattern, compilePattern, type LinearPattern } from './linear-pattern.js';
import { spend, spendText } from './meter.js';

/** Makes a call with these arguments (a method's receiver is the first) and what the library hands along with them. */
export type Call = (args: readonly unknown[], ...library: readonly unknown[]) => unknown;

/** The call written in an expression: its name, and the text of its last argument when that is a literal. */
export interface WrittenCall {
  readonly name: string;
  readonly literal: string | null;
}

/** Makes a call of the library pay for its arguments, and replaces those whose cost or result nobody could bound. */
export function meteredCall(written: WrittenCall, original: Call): Call {
  if (written.name === 'matches') return patternCall(written, original, (pattern, text) => pattern.test(text));
  if (written.name === 'extract') return patternCall(written, original, (pattern, text) => pattern.extract(text));
  const check = CHECKS[written.name];
  return (args, ...library) => {
    for (const arg of args) spendArgument(arg);
    check?.(args);
    return original(args, ...library);
  };
}

type ApplyPattern = (pattern: LinearPattern, text: string) => unknown;

function patternCall(written: WrittenCall, original: Call, apply: ApplyPattern): Call {
  const literal = written.literal === null ? null : compilePattern(written.literal);
  return (args, ...library) => {
    const [text, source] = args;
    if (typeof text !== 'string' || typeof source !== 'string') return original(args, ...library);
    const pattern = literal ?? compileDynamicPattern(source);
    if ('invalid' in pattern) throw new EvaluationError(`${written.name}(): ${pattern.invalid}`);
    return apply(pattern, text);
  };
}

/** Spends what an argument costs a function or an operator that goes through it once. */
export function spendArgument(value: unknown): void {
  if (typeof value === 'string') return spendText(value.length);
  if (typeof value !== 'object' || value === null) return spend(1);
  checkNesting(value);
  if (Array.isArray(value)) return spend(1 + value.length);
  if (value instanceof Map) return spend(1 + value.size);
  if (value instanceof Uint8Array) return spendText(value.length);
  spend(isPlainObject(value) ? 1 + Object.keys(value).length : 1);
}

const MAX_NESTING = 64;

/**
 * Refuses an operand nested too deep along its first items.
 *
 * The library names the type of such an operand (`list<list<…>>`) to find an overload, and keeps every name for good.
 */
function checkNesting(value: unknown): void {
  let inner: unknown = value;
  for (let depth = 0; typeof inner === 'object' && inner !== null; depth++) {
    if (depth > MAX_NESTING)
      throw new EvaluationError(`a value nested deeper than ${MAX_NESTING} levels can't be an operand`);
    inner = firstOf(inner);
  }
}

function firstOf(value: object): unknown {
  if (Array.isArray(value)) return value[0];
  if (value instanceof Map) return value.values().next().value;
  if (!isPlainObject(value)) return null;
  for (const key in value) return value[key];
  return null;
}

/** What some calls ask of their arguments beyond the library's own checks. */
const CHECKS: Readonly<Record<string, ((args: readonly unknown[]) => void) | undefined>> = {
  // One element for each character, in the worst case.
  split: ([text]) => {
    if (typeof text === 'string') spend(text.length);
  },
  join: ([list, separator]) => {
    if (!Array.isArray(list)) return;
    const between = typeof separator === 'string' ? separator.length : 0;
    for (const item of list) spendText((typeof item === 'string' ? item.length : 0) + between);
  },
  // Without a zone the text would mean another instant on another machine.
  timestamp: ([text]) => {
    if (typeof text !== 'string' || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)) return;
    throw new EvaluationError('timestamp() takes a text such as "2024-05-01T12:00:00Z", with its zone');
  },
  duration: ([text]) => {
    if (typeof text === 'string' && text.length > 64)
      throw new EvaluationError('duration() takes a text such as "1h30m"');
  },
};
