import { stripVTControlCharacters } from 'node:util';
import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';

/** All but the line end; also the marks that turn the reading direction, which can make a text read as another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/**
 * Makes any text safe for a terminal: escape sequences are dropped, control characters become spaces, lines stay.
 *
 * What comes from a definition, a handler or a program must pass here (or `oneLine`) before it is shown.
 */
export function stripControls(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(controls, ' ');
}

/** As `stripControls`, on one line. */
export function oneLine(text: string): string {
  return stripControls(text)
    .replace(/[ \n]+/g, ' ')
    .trim();
}

/** The first line of a text that says something, made safe. */
export function firstLine(text: string): string {
  const lines = text.split(/\r?\n/).map(oneLine);
  return lines.find((line) => line !== '') ?? '';
}

/** How many cells a text takes; colours take none, wide characters two. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Cuts a text, coloured or not, to a number of cells; what was cut shows as `…`. */
export function cut(text: string, cells: number): string {
  if (cells === Number.POSITIVE_INFINITY || stringWidth(text) <= cells) return text;
  if (cells <= 0) return '';
  const shortened = sliceAnsi(text, 0, cells - 1);
  // A wide character that lies across the edge comes whole: one cell less leaves it out.
  return `${stringWidth(shortened) < cells ? shortened : sliceAnsi(text, 0, cells - 2)}…`;
}

/** Fills a text up with spaces to a number of cells. */
export function pad(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, cells - stringWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}

/** `1 step`, `2 steps`, `1,204 steps`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
