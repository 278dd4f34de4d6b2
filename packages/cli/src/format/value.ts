import { cut, oneLine } from './text.js';

/** A JSON value on one line, cut to a number of cells; a text shows without its quotes. */
export function previewValue(value: unknown, cells: number): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : (JSON.stringify(head(value, cells)) ?? '');
  return cut(oneLine(text), cells);
}

/** As much of a value as can show: a large one is not written out only to be cut. */
function head(value: unknown, cells: number): unknown {
  const most = Number.isFinite(cells) ? Math.max(1, cells) : Number.POSITIVE_INFINITY;
  if (typeof value === 'string') return value.length > most ? value.slice(0, most) : value;
  if (Array.isArray(value)) return value.slice(0, most).map((item) => head(item, cells));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).slice(0, most);
  return Object.fromEntries(entries.map(([key, item]) => [key, head(item, cells)]));
}

/** One JSON document as a command prints it: indented for a person at a terminal, on one line for a program. */
export function showJson(document: unknown, isForPerson: boolean): string {
  return isForPerson ? JSON.stringify(document, null, 2) : JSON.stringify(document);
}
