/** The text of a cell of the draft's tables, whatever it holds. */
export function textOf(cell: unknown): string {
  if (cell instanceof Uint8Array) return new TextDecoder().decode(cell);
  return cell === null || cell === undefined ? '' : String(cell);
}

/** The whole number in a cell, or 0. */
export function countOf(cell: unknown): number {
  const count = typeof cell === 'bigint' || typeof cell === 'number' ? Math.trunc(Number(cell)) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** A value the draft kept as JSON. */
export interface DraftJson {
  /** The text as it was kept; text that is no JSON becomes a JSON string. */
  readonly text: string;
  readonly value: unknown;
}

/** Reads a cell of JSON, or null when the cell is empty. */
export function jsonOf(cell: unknown): DraftJson | null {
  if (cell === null || cell === undefined) return null;
  const text = textOf(cell);
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    // Only a hand puts text there that is no JSON; as a string it is at least not lost.
    return { text: JSON.stringify(text), value: text };
  }
}

/** A property of a parsed object, or undefined where there is none (arrays and other values have none). */
export function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
