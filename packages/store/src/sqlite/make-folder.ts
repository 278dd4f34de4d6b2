import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing, private to the user.
 *
 * One by one, because `mkdirSync` with `recursive` never comes back where a folder that exists answers ENOENT, as those
 * of /proc do (seen on Node 20.20): it goes on making the parent for ever.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster; everything else is an error.
    if (!existsSync(path)) throw error;
  }
}
