import { isPlainObject } from '../expressions/json-kinds.js';
import { frozenObject, type JsonValue } from '../expressions/json-value.js';
import type { Finding, IssuePath } from './definition-issue.js';
import { MAX_DEFINITION_DEPTH } from './yaml-to-json.js';

/**
 * Copies a value as frozen JSON and reports what JSON would drop or change; what is reported becomes null.
 *
 * A property that is `undefined` is absent, as in `JSON.stringify`; `toJSON` methods are not called.
 */
export function plainJson(value: unknown): { readonly value: JsonValue; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  return { value: copy(value, [], [], findings), findings };
}

function copy(value: unknown, path: IssuePath, above: readonly object[], findings: Finding[]): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value + 0 : refuse(String(value), path, findings);
    case 'object':
      return value === null ? null : copyObject(value, path, above, findings);
    default:
      return refuse(value === undefined ? 'undefined' : `a ${typeof value}`, path, findings);
  }
}

function copyObject(value: object, path: IssuePath, above: readonly object[], findings: Finding[]): JsonValue {
  if (above.includes(value)) return refuse('a cycle', path, findings);
  if (above.length >= MAX_DEFINITION_DEPTH) {
    const message = `values are nested deeper than ${MAX_DEFINITION_DEPTH} levels`;
    findings.push({
      code: 'TOO_DEEP',
      path: path.slice(0, 4),
      message,
      remedy: 'Keep deep data in a file that a step reads.',
    });
    return null;
  }
  const within = [...above, value];
  if (Array.isArray(value)) {
    return Object.freeze(Array.from(value, (item: unknown, index) => copy(item, [...path, index], within, findings)));
  }
  if (!isPlainObject(value)) return refuse(`an instance of ${value.constructor?.name ?? 'a class'}`, path, findings);
  const entries: (readonly [string, JsonValue])[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) entries.push([key, copy(item, [...path, key], within, findings)]);
  }
  return frozenObject(entries);
}

function refuse(what: string, path: IssuePath, findings: Finding[]): null {
  findings.push({
    code: 'NOT_JSON',
    path,
    message: `${what} can't be stored`,
    remedy: 'Write plain JSON values: a definition is kept as JSON.',
  });
  return null;
}
