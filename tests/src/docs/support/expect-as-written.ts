import { expect } from 'vitest';
import { isAsWritten } from './expected-output.js';
import { type Block, placeOf } from './markdown.js';
import type { Ended } from './run-program.js';

/** Expects that a block ended well, and wrote what the block after it shows, if that is marked `output`. */
export function expectAsWritten(ended: Ended, block: Block, next: Block | undefined): void {
  expect(ended.status, `${placeOf(block)}\n${ended.stdout}${ended.stderr}`).toBe(0);
  if (next === undefined || !next.marks.has('output')) return;
  // The texts themselves, so that a failure shows both.
  if (!isAsWritten(ended.stdout, next.text)) expect(ended.stdout, placeOf(next)).toBe(next.text);
}
