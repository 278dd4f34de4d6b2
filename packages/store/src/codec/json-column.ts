/** The text of a column that holds a small JSON value of the engine's own (an error, usage, tags); null stays SQL NULL. */
export function jsonColumn(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
