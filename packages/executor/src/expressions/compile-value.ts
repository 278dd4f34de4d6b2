import { ExpressionError } from './expression-error.js';
import { joinPath } from './join-path.js';
import { frozenObject, type JsonObject, type JsonValue } from './json-value.js';
import { type ParsedExpression, parseExpression } from './parse-expression.js';
import { scanTemplate, type TemplatePart } from './scan-template.js';

/** A piece of a text: literal characters, or an expression. */
export type CompiledPart = string | ParsedExpression;

/** The form of a value in which its expressions stand ready. */
export type CompiledNode =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'expression'; readonly expression: ParsedExpression; readonly path: string }
  | { readonly kind: 'text'; readonly parts: readonly CompiledPart[]; readonly path: string }
  | { readonly kind: 'list'; readonly items: readonly CompiledNode[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, CompiledNode])[] };

/** A JSON value whose `${{ … }}` expressions were compiled; `resolveValue` evaluates them. */
export interface CompiledValue {
  readonly node: CompiledNode;
  /** Whom it belongs to, for errors: `step "log"`, or `the workflow`. */
  readonly owner: string;
  /** It holds no expression: resolving it gives the same frozen value each time. */
  readonly isConstant: boolean;
}

/** What a value is called in errors. */
export interface ValuePlace {
  readonly owner: string;
  /** The value's path in its owner: `with`, `output`. */
  readonly path: string;
}

/**
 * Compiles a value: texts are templates, lists and objects are walked, keys stay as they are.
 *
 * Throws `ExpressionError` for an expression that does not parse; a checked definition has none.
 */
export function compileValue(value: JsonValue, place: ValuePlace): CompiledValue {
  const node = compileNode(value, place.path, place.owner);
  return { node, owner: place.owner, isConstant: node.kind === 'constant' };
}

/** Compiles the source of an expression that stands without its `${{ }}`. */
export function compileBareExpression(text: string, place: ValuePlace): CompiledValue {
  const expression = parseOrThrow(text, place.path, place.owner);
  return { node: { kind: 'expression', expression, path: place.path }, owner: place.owner, isConstant: false };
}

function compileNode(value: JsonValue, path: string, owner: string): CompiledNode {
  if (typeof value === 'string') return compileText(value, path, owner);
  if (typeof value !== 'object' || value === null) return { kind: 'constant', value };
  return Array.isArray(value) ? compileList(value, path, owner) : compileObject(value as JsonObject, path, owner);
}

function compileText(text: string, path: string, owner: string): CompiledNode {
  const scanned = scanTemplate(text);
  if (!scanned.ok) throw failure(text, `${path} of ${owner}`, `nothing closes the \${{ with }}`);
  const parts = scanned.parts.map((part) => compilePart(part, path, owner));
  const [only] = parts;
  if (parts.length === 0 || only === undefined) return { kind: 'constant', value: '' };
  if (parts.length > 1) return { kind: 'text', parts, path };
  return typeof only === 'string' ? { kind: 'constant', value: only } : { kind: 'expression', expression: only, path };
}

function compilePart(part: TemplatePart, path: string, owner: string): CompiledPart {
  return part.kind === 'text' ? part.text : parseOrThrow(part.source, path, owner);
}

function parseOrThrow(text: string, path: string, owner: string): ParsedExpression {
  const parsed = parseExpression(text);
  if (parsed.ok) return parsed.expression;
  throw failure(text, `${path} of ${owner}`, parsed.faults.map((fault) => fault.message).join('; '));
}

function failure(expression: string, where: string, reason: string): ExpressionError {
  return new ExpressionError({ code: 'EXPRESSION_FAILED', expression, where, reason });
}

function compileList(list: readonly JsonValue[], path: string, owner: string): CompiledNode {
  const items = list.map((item, index) => compileNode(item, `${path}[${index}]`, owner));
  if (!items.every((item) => item.kind === 'constant')) return { kind: 'list', items };
  return { kind: 'constant', value: Object.freeze(items.map((item) => item.value)) };
}

function compileObject(object: JsonObject, path: string, owner: string): CompiledNode {
  const entries = Object.entries(object).map(
    ([key, item]) => [key, compileNode(item, joinPath(path, key), owner)] as const,
  );
  const constants: [string, JsonValue][] = [];
  for (const [key, node] of entries) if (node.kind === 'constant') constants.push([key, node.value]);
  return constants.length === entries.length
    ? { kind: 'constant', value: frozenObject(constants) }
    : { kind: 'object', entries };
}
