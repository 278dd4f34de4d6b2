import { unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HandlerInvalidError } from '../check-handler.js';
import { defineHandler } from '../define-handler.js';
import type { Handler, HandlerRun } from '../handler.js';
import { asFileError, notAFileError } from './file-errors.js';
import { type FileInput, fileInput, type RootedFileInput, rootedFileInput } from './file-input.js';
import { type Place, placeInside } from './inside-root.js';
import { type FileReadOutput, readPlace } from './read-file.js';
import { statOrNull } from './stat-or-null.js';
import { syncFolder } from './sync-folder.js';
import { type FileWriteOutput, writePlace } from './write-file.js';

/** What an `exists` leaves; a link counts as what it points to. */
export interface FileExistsOutput {
  readonly path: string;
  readonly exists: boolean;
  readonly kind: 'file' | 'folder' | 'other' | null;
}

/** What a `delete` leaves: `deleted` is `false` when there was nothing. */
export interface FileDeleteOutput {
  readonly path: string;
  readonly deleted: boolean;
}

/** What a `file` step leaves, by its action; every `path` is relative to the root, links resolved. */
export type FileOutput = FileReadOutput | FileWriteOutput | FileExistsOutput | FileDeleteOutput;

/** Where a file handler works. */
export interface FileHandlerOptions {
  /** The folder its steps cannot leave; a relative one counts from the working directory at this moment. */
  readonly root: string;
  /** Default `file`; an application with several roots gives each its own type. */
  readonly type?: string;
}

const DESCRIPTION = 'Reads, writes, deletes or looks for a file inside a root.';

/**
 * Reads, writes, deletes or looks for a file: `file`, inside `with.root` or else the working directory.
 *
 * The definition chooses the root here: use `createFileHandler` to choose it yourself. There is no append: repeated after a
 * crash it would add its text twice.
 * Errors: `FILE_OUTSIDE_ROOT`, `FILE_ROOT_NOT_FOUND`, `FILE_NOT_FOUND`, `FILE_NOT_A_FILE`, `FILE_PATH_INVALID`,
 * `FILE_ACCESS_DENIED`, `FILE_TOO_LARGE`, `FILE_NOT_TEXT`, `FILE_NOT_JSON`, `FILE_IO`.
 */
export const file = defineHandler({
  type: 'file',
  description: DESCRIPTION,
  input: rootedFileInput,
  run: (input: RootedFileInput, run: HandlerRun) => act(resolve(input.root ?? '.'), input, run),
});

/** A file handler whose root the application fixes: a definition that names a `root` is refused. */
export function createFileHandler({ root, type = 'file' }: FileHandlerOptions): Handler<FileInput, FileOutput> {
  if (typeof root !== 'string' || root === '') {
    throw new HandlerInvalidError('createFileHandler needs the path of a folder as root.');
  }
  const fixed = resolve(root);
  return defineHandler({
    type,
    description: DESCRIPTION,
    input: fileInput,
    run: (input: FileInput, run: HandlerRun) => act(fixed, input, run),
  });
}

async function act(root: string, input: FileInput, { signal }: HandlerRun): Promise<FileOutput> {
  signal.throwIfAborted();
  try {
    const place = await placeInside(root, input.path, input.action !== 'delete');
    if (input.action === 'read') return await readPlace(place, input);
    if (input.action === 'write') return await writePlace(place, input, signal);
    return input.action === 'exists' ? await look(place) : await remove(place);
  } catch (error) {
    throw asFileError(error, input.path);
  }
}

async function look(place: Place): Promise<FileExistsOutput> {
  const found = await statOrNull(place.real);
  if (found === null) return { path: place.shown, exists: false, kind: null };
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  return { path: place.shown, exists: true, kind };
}

async function remove(place: Place): Promise<FileDeleteOutput> {
  const found = await statOrNull(place.real, { link: true });
  if (found === null) return { path: place.shown, deleted: false };
  if (!found.isFile() && !found.isSymbolicLink()) throw notAFileError(place.shown);
  await unlink(place.real);
  await syncFolder(dirname(place.real));
  return { path: place.shown, deleted: true };
}
