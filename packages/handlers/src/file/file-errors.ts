import { HandlerError, TerminalError } from '../errors.js';

type Remedy = readonly [code: string, what: string];

const WAY: Remedy = ['FILE_PATH_INVALID', 'is no usable path: a part of it is a file, a loop of links or too long'];
const DENIED: Remedy = ['FILE_ACCESS_DENIED', 'may not be accessed by this user'];
const NOT_A_FILE: Remedy = ['FILE_NOT_A_FILE', 'is no regular file'];

// What the system says and no waiting changes.
const TERMINAL: ReadonlyMap<string, Remedy> = new Map([
  ['ENOENT', ['FILE_NOT_FOUND', 'does not exist']],
  ['EISDIR', NOT_A_FILE],
  ['ENXIO', NOT_A_FILE],
  ['ENOTDIR', WAY],
  ['EEXIST', WAY],
  ['ELOOP', WAY],
  ['ENAMETOOLONG', WAY],
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['EROFS', DENIED],
]);

/** A system error as this handler's own; other errors as they are. What may pass, such as a full disk, is left to the policy. */
export function asFileError(error: unknown, path: string): unknown {
  if (error instanceof HandlerError || !(error instanceof Error) || !('syscall' in error)) return error;
  const errno = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  const known = TERMINAL.get(errno);
  if (known === undefined) {
    return new HandlerError(`${shown(path)}: ${error.message}`, {
      code: 'FILE_IO',
      cause: error,
      details: { path, errno },
    });
  }
  const [code, what] = known;
  return new TerminalError(`${shown(path)} ${what} (${errno}).`, { code, cause: error, details: { path, errno } });
}

/** Whether a system error says that there is nothing at a path, because it or a folder on its way is missing. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** The path is a folder, a device or a pipe. */
export function notAFileError(path: string): TerminalError {
  return new TerminalError(`${shown(path)} is no regular file. Name a file, not a folder or a device.`, {
    code: 'FILE_NOT_A_FILE',
    details: { path },
  });
}

/** The path, or a link on it, leads out of the root. */
export function outsideRootError(path: string, root: string): TerminalError {
  return new TerminalError(`${shown(path)} leads out of the root ${shown(root)}. Name a path inside it.`, {
    code: 'FILE_OUTSIDE_ROOT',
    details: { path, root },
  });
}

/** The root itself is no folder that can be opened. */
export function rootNotFoundError(root: string, cause: unknown): TerminalError {
  return new TerminalError(`The root ${shown(root)} is no folder that can be opened. Create it, or correct root.`, {
    code: 'FILE_ROOT_NOT_FOUND',
    cause,
    details: { root },
  });
}

/** The file has more bytes than the step allows. */
export function tooLargeError(path: string, maxBytes: number): TerminalError {
  return new TerminalError(
    `${shown(path)} has more than ${maxBytes} bytes. Read a smaller file, or raise with.maxBytes.`,
    {
      code: 'FILE_TOO_LARGE',
      details: { path, maxBytes },
    },
  );
}

/** The file's bytes are no UTF-8. */
export function notTextError(path: string, cause: unknown): TerminalError {
  return new TerminalError(`${shown(path)} is no UTF-8 text. Read it with encoding "base64".`, {
    code: 'FILE_NOT_TEXT',
    cause,
    details: { path },
  });
}

/** The file was to be read as JSON and is none. */
export function notJsonError(path: string, cause: unknown): TerminalError {
  return new TerminalError(`${shown(path)} is no JSON.`, { code: 'FILE_NOT_JSON', cause, details: { path } });
}

function shown(path: string): string {
  return JSON.stringify(path);
}
