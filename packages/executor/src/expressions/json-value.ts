/** A value as JSON knows it: what inputs, results and definitions are made of. */
export type JsonValue = string | number | boolean | null | JsonArray | JsonObject;
/** A list of JSON values. */
export type JsonArray = readonly JsonValue[];
/** An object of JSON values; `__proto__` is only a key. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Tells an object from the other JSON values. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Makes a frozen object of entries; of two with one key the later wins.
 *
 * `__proto__` becomes an own property like any other, never the prototype.
 */
export function frozenObject(entries: Iterable<readonly [string, JsonValue]>): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (const [key, value] of entries) {
    if (key === '__proto__') {
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    } else object[key] = value;
  }
  return Object.freeze(object);
}
