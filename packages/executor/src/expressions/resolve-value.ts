import { EvaluationError, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';
import type { CompiledNode, CompiledPart, CompiledValue } from './compile-value.js';
import { ExpressionError, type ExpressionErrorCode } from './expression-error.js';
import { frozenObject, type JsonArray, type JsonValue } from './json-value.js';
import { EVALUATION_WORK, spend, spendText, WorkExhausted, withWork } from './meter.js';
import type { ParsedExpression } from './parse-expression.js';
import type { Scope } from './scope.js';
import { NotJsonError, toJsonValue } from './to-json-value.js';

/**
 * Evaluates the expressions of a value and gives the whole, frozen; without expressions it is the same value each time.
 *
 * A text that is one expression keeps that expression's type. In a longer text null becomes the empty text, lists and
 * objects their JSON, everything else its usual text. Throws `ExpressionError`; one value's expressions share one limit.
 */
export function resolveValue(compiled: CompiledValue, scope: Scope): JsonValue {
  const { node } = compiled;
  if (node.kind === 'constant') return node.value;
  return withLimit(compiled, (resolving) => resolveNode(node, scope, resolving));
}

/** As `resolveValue`, for a condition: `ExpressionError` unless it gives true or false. */
export function resolveCondition(compiled: CompiledValue, scope: Scope): boolean {
  const value = resolveValue(compiled, scope);
  if (typeof value === 'boolean') return value;
  throw wrongKind(compiled, `a condition gives true or false, this one gave ${describe(value)}`);
}

/** As `resolveValue`, for what a `foreach` goes through: `ExpressionError` unless it gives a list. */
export function resolveList(compiled: CompiledValue, scope: Scope): JsonArray {
  const value = resolveValue(compiled, scope);
  if (Array.isArray(value)) return value;
  throw wrongKind(compiled, `foreach goes through a list, this gave ${describe(value)}`);
}

/** The expression being evaluated, for the error. */
interface Resolving {
  expression: string;
  path: string;
}

function withLimit(compiled: CompiledValue, resolve: (resolving: Resolving) => JsonValue): JsonValue {
  const resolving: Resolving = { expression: '', path: '' };
  try {
    return withWork(EVALUATION_WORK, () => resolve(resolving));
  } catch (error) {
    const { code, reason } = explain(error);
    const where = `${resolving.path} of ${compiled.owner}`;
    throw new ExpressionError({ code, reason, expression: resolving.expression, where, cause: error });
  }
}

function resolveNode(node: CompiledNode, scope: Scope, resolving: Resolving): JsonValue {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'expression':
      resolving.path = node.path;
      return evaluate(node.expression, scope, resolving);
    case 'text':
      resolving.path = node.path;
      return node.parts.map((part) => textOf(part, scope, resolving)).join('');
    case 'list':
      return Object.freeze(node.items.map((item) => resolveNode(item, scope, resolving)));
    case 'object':
      return frozenObject(node.entries.map(([key, entry]) => [key, resolveNode(entry, scope, resolving)] as const));
  }
}

function evaluate(expression: ParsedExpression, scope: Scope, resolving: Resolving): JsonValue {
  resolving.expression = expression.text;
  spend(expression.nodes);
  const result = expression.run(scope);
  // A path gives a part of the scope, and the scope holds JSON only (a step or all of them are assembled on the way).
  return expression.isPath && !isAssembled(result) ? (result as JsonValue) : toJsonValue(result);
}

function isAssembled(result: unknown): boolean {
  return typeof result === 'object' && result !== null && !Object.isFrozen(result);
}

function textOf(part: CompiledPart, scope: Scope, resolving: Resolving): string {
  const text = typeof part === 'string' ? part : inText(evaluate(part, scope, resolving));
  spendText(text.length);
  return text;
}

function inText(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function explain(error: unknown): { readonly code: ExpressionErrorCode; readonly reason: string } {
  if (error instanceof WorkExhausted) {
    return {
      code: 'EXPRESSION_LIMIT',
      reason: 'it takes more work than one expression may; do less of it at once, or in a step of its own',
    };
  }
  // The stack, or the longest text or list JavaScript can hold.
  if (error instanceof RangeError)
    return { code: 'EXPRESSION_LIMIT', reason: 'a value in it is nested too deep or too large' };
  if (error instanceof EvaluationError || error instanceof ParseError || error instanceof TypeFault) {
    return { code: 'EXPRESSION_FAILED', reason: plainReason(error) };
  }
  if (error instanceof NotJsonError) return { code: 'EXPRESSION_FAILED', reason: error.message };
  return { code: 'EXPRESSION_FAILED', reason: error instanceof Error ? error.message : String(error) };
}

/** The library's message in the words of JSON, with what to do about the commonest of them. */
function plainReason(error: EvaluationError | ParseError | TypeFault): string {
  const summary = error.summary.replace(/dyn<([\w<>, ]+?)>(?=$|\W)/g, '$1');
  switch (error.code) {
    case 'no_such_key':
      return `${summary}. Read what may be missing with .? and .orValue(…), or ask has(…) first`;
    case 'no_such_overload':
    case 'no_matching_overload':
      return `${summary}. Convert with string(…), int(…) or double(…); numbers from JSON are doubles`;
    case 'unsupported_type':
      return `${summary}. An object with a key named "constructor" can't be read in an expression`;
    default:
      return summary;
  }
}

function wrongKind(compiled: CompiledValue, reason: string): ExpressionError {
  const { node, owner } = compiled;
  const expression = node.kind === 'expression' ? node.expression.text : '';
  const path = node.kind === 'expression' || node.kind === 'text' ? node.path : '';
  return new ExpressionError({ code: 'EXPRESSION_FAILED', expression, where: `${path} of ${owner}`, reason });
}

function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'string':
      return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    default:
      return `the ${typeof value === 'number' ? 'number ' : ''}${value}`;
  }
}
