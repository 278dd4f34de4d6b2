import { createHash } from 'node:crypto';
import type { JsonValue } from '../expressions/json-value.js';

/**
 * The SHA-256 (hex) of a definition's canonical JSON: the same for the same content, whatever the order of keys or the
 * layout of the text it was read from.
 */
export function definitionHash(definition: object): string {
  // A definition is plain JSON: `checkDefinition` made it so.
  return createHash('sha256')
    .update(canonicalJson(definition as JsonValue))
    .digest('hex');
}

/**
 * The canonical JSON of a value (RFC 8785): keys sorted by UTF-16 code units, no blanks, numbers and texts as
 * `JSON.stringify` writes them. `__proto__` and `toJSON` are keys like any other.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const [key, item] of Object.entries(value).sort(byKey)) {
    if (item !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(item)}`);
  }
  return `{${members.join(',')}}`;
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
