import { readProse } from './markdown.js';

/** A table of a document: its cells by the names in its head. */
export type TableRow = Readonly<Record<string, string>>;

/** The rows of the tables that stand under a heading, up to the next one. */
export function readTable(file: string, heading: string): readonly TableRow[] {
  const lines = readProse(file);
  const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line.startsWith('#'));
  if (start === -1) throw new Error(`${file} has no heading "${heading}".`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('#'));
  const rows = lines.slice(start, end === -1 ? undefined : end).filter((line) => line.startsWith('|'));
  const [head, ruler, ...body] = rows.map(cellsOf);
  if (head === undefined || ruler === undefined) throw new Error(`${file} has no table under "${heading}".`);
  return body.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
}

/** The texts in backticks of a cell. */
export function codesIn(cell: string | undefined): readonly string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
