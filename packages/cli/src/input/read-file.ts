import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../errors/usage-error.js';

/** A text and where it came from, fit for a message. */
export interface NamedText {
  readonly text: string;
  readonly source: string;
}

/** Reads a text file named on the command line; `-` is stdin. Throws `FILE_UNREADABLE` with what is wrong with it. */
export async function readNamedFile(name: string, what: string, cwd: string): Promise<NamedText> {
  if (name === '-') return { text: await text(process.stdin), source: 'stdin' };
  const path = resolve(cwd, name);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new UsageError('FILE_UNREADABLE', `The ${what} ${name} ${reasonOf(cause)}`, { cause, details: { path } });
  }
  return { text: decode(bytes, name, what), source: name };
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist. Check the path.';
  if (code === 'EISDIR') return 'is a folder. Name a file in it.';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read. Check its permissions.';
  return `can't be read: ${cause instanceof Error ? cause.message : String(cause)}.`;
}

function decode(bytes: Buffer, name: string, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError('FILE_UNREADABLE', `The ${what} ${name} is no UTF-8 text.`, { cause });
  }
}
