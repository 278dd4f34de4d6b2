import { styleText } from 'node:util';

/**
 * Colours for a terminal, or none.
 *
 * @typedef {Readonly<Record<'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan', (text: string) => string>>} Paint
 */

/**
 * Colours where a terminal shows them; plain text in a pipe, and where NO_COLOR asks for it.
 *
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} env
 * @returns {Paint}
 */
export function createPaint(stream, env) {
  const isPlain = stream.isTTY !== true || env.TERM === 'dumb' || (env.NO_COLOR ?? '') !== '';
  /** @param {Parameters<typeof styleText>[0]} style */
  const painter = (style) => (/** @type {string} */ text) =>
    isPlain ? text : styleText(style, text, { validateStream: false });
  return {
    bold: painter('bold'),
    dim: painter('dim'),
    green: painter('green'),
    yellow: painter('yellow'),
    red: painter('red'),
    cyan: painter('cyan'),
  };
}
