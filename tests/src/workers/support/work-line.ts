import { existsSync, readFileSync } from 'node:fs';
import type { CompletedMark, Effect } from '../../support/effects.mjs';

/** A worker's handler was entered: the attempt `attempt` of step `key`, on the disk before the handler went on. */
export interface Entered extends Effect {
  /** Not written by a handler of type `hold`, nor is `at`. */
  readonly worker?: string;
  /** In ms since the epoch, on this machine's monotonic clock. */
  readonly at?: number;
}

/** The handler that was entered last for this attempt is over: it returned, threw, or let go when it was aborted. */
export interface Left {
  readonly kind: 'left';
  readonly runId: string;
  readonly key: string;
  readonly attempt: number;
  readonly worker: string;
}

/** A line of the file that all workers of a test write to, outside the store. What was written first stands first. */
export type WorkLine = Entered | Left | CompletedMark;

/** All lines so far; a line that is just being written is left out. */
export function readWorkLines(file: string): readonly WorkLine[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WorkLine); // child.mjs writes nothing else
}
