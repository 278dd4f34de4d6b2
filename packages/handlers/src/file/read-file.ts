import { constants, type FileHandle, open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { notAFileError, notJsonError, notTextError, tooLargeError } from './file-errors.js';
import type { ReadInput } from './file-input.js';
import type { Place } from './inside-root.js';

/** What a `read` leaves: `json` if it was asked for, else `content`. */
export interface FileReadOutput {
  readonly path: string;
  readonly bytes: number;
  readonly content?: string;
  readonly json?: unknown;
}

// The path was resolved: a link at its end was put there since. Non-blocking, or a pipe would wait for its writer.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Reads a regular file of at most `maxBytes`, as text, base64 or JSON. */
export async function readPlace(place: Place, input: ReadInput): Promise<FileReadOutput> {
  const handle = await open(place.real, FLAGS);
  try {
    if (!(await handle.stat()).isFile()) throw notAFileError(place.shown);
    const read = await readAtMost(handle, input.maxBytes + 1);
    if (read.byteLength > input.maxBytes) throw tooLargeError(place.shown, input.maxBytes);
    const output = { path: place.shown, bytes: read.byteLength };
    if (input.encoding === 'base64') return { ...output, content: read.toString('base64') };
    const content = decode(place, read);
    return input.json ? { ...output, json: parse(place, content) } : { ...output, content };
  } finally {
    await handle.close();
  }
}

// Reads on to the end instead of trusting the size: a file may grow, and those of /proc say 0.
async function readAtMost(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  while (bytes < maxBytes) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(64 * 1024, maxBytes - bytes)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  return Buffer.concat(chunks);
}

function decode(place: Place, bytes: Buffer): string {
  try {
    // Keeps a byte order mark, so that what is read and written back stays the same.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw notTextError(place.shown, error);
  }
}

function parse(place: Place, content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw notJsonError(place.shown, error);
  }
}
