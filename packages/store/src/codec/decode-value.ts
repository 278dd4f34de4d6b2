/**
 * Decodes stored JSON text; null (SQL NULL) is no value and becomes `undefined`.
 *
 * `__proto__` in the text becomes an own property, never the prototype. Each call gives a fresh value.
 */
export function decodeValue(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}
