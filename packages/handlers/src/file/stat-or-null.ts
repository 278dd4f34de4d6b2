import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { isMissing } from './file-errors.js';

/** What is at a path, or `null`; `link: true` means a link itself and not what it points to. */
export async function statOrNull(path: string, { link = false } = {}): Promise<Stats | null> {
  try {
    return await (link ? lstat(path) : stat(path));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
