import { SisyphusError } from '@sisyphus-state/schema';
import { NotADatabaseError, StoreBusyError, StoreFullError, StoreIoError, StoreOpenError } from '../errors.js';

/** The driver's code of an error (`SQLITE_BUSY`, …), or null when it is none of the driver's. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')) return error.code;
  return sqliteCode(error.cause);
}

export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error) ?? '');
}

/** Faults that end the whole transaction, not just one statement of it. */
export function isFatal(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT|NOTADB|READONLY|INTERRUPT|BUSY|LOCKED|CANTOPEN)/.test(
    sqliteCode(error) ?? '',
  );
}

/** Says a driver's error in our words; other errors come back as they are. */
export function translateError(error: unknown, location: string): unknown {
  if (error instanceof SisyphusError) return error;
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
