import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isMissing, outsideRootError, rootNotFoundError } from './file-errors.js';

/** A place inside a root. */
export interface Place {
  /** Absolute, every symbolic link resolved; it need not exist. */
  readonly real: string;
  /** Relative to the root, with `/`: what outputs and errors name. */
  readonly shown: string;
}

// As many links in a row as Linux follows.
const MAX_LINKS = 40;

/**
 * Finds where a path really leads, and refuses (`FILE_OUTSIDE_ROOT`) what is not inside the root.
 *
 * The result is what must be opened, not the path: only the result was checked. This keeps a definition inside its root; it
 * is no wall against another process that swaps folders for links at the same moment.
 *
 * @param followLast - `false`: if the path itself is a link, the link is meant and not what it points to.
 */
export async function placeInside(root: string, path: string, followLast = true): Promise<Place> {
  const realRoot = await realFolder(root);
  const written = resolve(root, path);
  const real = followLast ? await realOf(written) : join(await realOf(dirname(written)), basename(written));
  const shown = relative(realRoot, real);
  if (shown === '..' || shown.startsWith(`..${sep}`) || isAbsolute(shown)) throw outsideRootError(path, root);
  return { real, shown: shown === '' ? '.' : shown.split(sep).join('/') };
}

async function realFolder(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw rootNotFoundError(root, error);
  }
  throw rootNotFoundError(root, undefined);
}

/** `realpath` for what need not exist: links are followed as far as there is something, a link to nothing too. */
async function realOf(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || links >= MAX_LINKS) throw error;
  }
  const parent = await realOf(dirname(path), links);
  const target = await linkTarget(join(parent, basename(path)));
  return target === null ? join(parent, basename(path)) : realOf(resolve(parent, target), links + 1);
}

async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch {
    return null;
  }
}
