import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { notAFileError } from './file-errors.js';
import type { WriteInput } from './file-input.js';
import type { Place } from './inside-root.js';
import { statOrNull } from './stat-or-null.js';
import { syncFolder } from './sync-folder.js';

/** What a `write` leaves. */
export interface FileWriteOutput {
  readonly path: string;
  readonly bytes: number;
  /** Of the bytes written, in lower-case hex. */
  readonly sha256: string;
}

/**
 * Writes a whole file: its readers see the old one or the new one, never a part, also after a power loss.
 *
 * Missing folders are created. A failure or an abort leaves the old file and nothing else behind.
 */
export async function writePlace(place: Place, input: WriteInput, signal: AbortSignal): Promise<FileWriteOutput> {
  const bytes = input.json === undefined ? Buffer.from(input.content ?? '', input.encoding) : jsonBytes(input.json);
  const replaced = await statOrNull(place.real);
  if (replaced !== null && !replaced.isFile()) throw notAFileError(place.shown);
  const mode = input.mode ?? (replaced === null ? null : replaced.mode & 0o777);
  const folder = dirname(place.real);
  await createFolder(folder);
  const temporary = join(folder, `.sisyphus-${randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, bytes, mode);
    signal.throwIfAborted();
    await rename(temporary, place.real);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
  return { path: place.shown, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function jsonBytes(json: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(json, null, 2)}\n`);
}

async function writeDurably(path: string, bytes: Buffer, mode: number | null): Promise<void> {
  const handle = await open(path, 'wx', mode ?? 0o666);
  try {
    // What `open` was given passed through the umask.
    if (mode !== null) await handle.chmod(mode);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a folder with its missing parents, each entry as durable as the file to come. */
async function createFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let created = folder; created.length >= first.length; created = dirname(created)) {
    await syncFolder(dirname(created));
  }
}
