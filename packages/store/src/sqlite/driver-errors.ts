import { SisyphusError } from '@sisyphus-state/schema';
import {
  NotADatabaseError,
  StoreBusyError,
  StoreClosedError,
  StoreFullError,
  StoreIoError,
  StoreOpenError,
} from '../errors.js';

const maxCauses = 8;

/** The driver's code of an error (`SQLITE_BUSY`, …), or null when it is none of the driver's. */
export function sqliteCode(error: unknown): string | null {
  let link = error;
  // Bounded: a thrown error's chain of causes may lead back to itself.
  for (let depth = 0; depth < maxCauses && link instanceof Error; depth++) {
    if ('code' in link && typeof link.code === 'string' && link.code.startsWith('SQLITE_')) return link.code;
    link = link.cause;
  }
  return null;
}

/** Locked by another connection, or by a query that the owner of a shared connection has not read to its end. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error) ?? '') || says(error, 'connection is busy executing a query');
}

/**
 * Faults that end the whole transaction, not just one statement of it.
 *
 * Busy is none: a transaction that has begun holds the lock, so it can only come from a caller's own other database.
 */
export function isFatal(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT|NOTADB|READONLY|INTERRUPT|CANTOPEN)/.test(sqliteCode(error) ?? '');
}

/** The connection was closed, by the store or by the application that owns it. */
export function isClosed(error: unknown): boolean {
  return says(error, 'connection is not open');
}

/** better-sqlite3 tells misuse of a connection by a TypeError that has no code. */
function says(error: unknown, words: string): boolean {
  return error instanceof TypeError && error.message.includes(words);
}

/** Says a driver's error in our words; other errors come back as they are. */
export function translateError(error: unknown, location: string): unknown {
  if (error instanceof SisyphusError) return error;
  if (isClosed(error)) return new StoreClosedError(`The connection to ${location} was closed.`, { cause: error });
  const code = sqliteCode(error);
  if (code === null) return error;
  const options = { cause: error, details: { location, sqlite: code } };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return new StoreBusyError(
      `${location} stayed locked by another writer. Try again; if it lasts, find the process that holds it.`,
      options,
    );
  if (code === 'SQLITE_FULL')
    return new StoreFullError(
      `${location} can't grow: the disk or the database's size limit is full. Nothing of this commit was kept. Free space, then resume.`,
      options,
    );
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code))
    return new NotADatabaseError(
      `${location} is no SQLite database, or is damaged. Nothing was changed. Check the path, or restore a backup.`,
      options,
    );
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code))
    return new StoreOpenError(
      `${location} can't be opened for writing (${code}). Check that the file and its folder exist and may be written.`,
      options,
    );
  if (/^SQLITE_(IOERR|NOMEM)/.test(code))
    return new StoreIoError(
      `Reading or writing ${location} failed (${code}). Nothing of this commit was kept.`,
      options,
    );
  return error;
}
