// Effects outside the store: a file that every attempt appends to, synced, so that no crash of a process can lose a line.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

export function appendEffect(file, line) {
  const descriptor = openSync(file, 'a');
  try {
    writeSync(descriptor, `${JSON.stringify(line)}\n`);
    // A mark is the test's own note: no process that dies writes one.
    if (line.kind === 'effect') fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function readEffects(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
