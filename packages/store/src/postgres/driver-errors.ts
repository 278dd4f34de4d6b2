import { SisyphusError } from '@sisyphus-state/schema';
import {
  NotSerializableError,
  StoreBusyError,
  StoreClosedError,
  StoreFullError,
  StoreIoError,
  StoreOpenError,
} from '../errors.js';

const maxCauses = 8;

/** The SQLSTATE of an error, or null when PostgreSQL did not send it. */
export function sqlState(error: unknown): string | null {
  return findCode(error, /^[0-9A-Z]{5}$/, (link) => 'severity' in link);
}

/** The server said that somebody else was in the way; the same work may succeed a moment later. */
export function isContention(error: unknown): boolean {
  return /^(40001|40P01|55P03)$/.test(sqlState(error) ?? '');
}

/**
 * The connection is gone, or never came about; what was under way on it may or may not have been committed.
 *
 * Named codes are the system's (ECONNRESET, …); SQLSTATE 08 and 57P are the server's; the rest the driver says in words.
 */
export function isDisconnect(error: unknown): boolean {
  if (/^(08|57P0)/.test(sqlState(error) ?? '')) return true;
  if (findCode(error, /^(E(CONN|PIPE|TIMEDOUT|NOTFOUND|HOST|NET|AI_)|ENOENT$)/) !== null) return true;
  return chain(error).some((link) =>
    /^Connection terminated|^Query read timeout|not queryable|connection error|Client was closed/.test(link.message),
  );
}

/**
 * A connection was lost in a way that says nothing of the commit that was asked for on it.
 *
 * Not so when the driver knew of the loss before it sent anything. Nor when the server itself ended the session (an
 * administrator's command, a limit on idle sessions) and said so instead of answering: that it does at a wait or between
 * two commands, never in the middle of a commit, so what was asked for was undone or not begun. A server that crashes
 * (57P02) knows no such order.
 */
export function leavesDoubt(error: unknown): boolean {
  if (!isDisconnect(error) || /^(57P01|57P05)$/.test(sqlState(error) ?? '')) return false;
  return !chain(error).some((link) => /not queryable/.test(link.message));
}

/** No connection could be had for now: a server that starts or is away, or no free place on it or in the pool. */
export function isUnavailable(error: unknown): boolean {
  if (isDisconnect(error) || sqlState(error) === '53300') return true;
  return chain(error).some((link) => link.message.startsWith('timeout exceeded when trying to connect'));
}

/** The application ended the pool that it shares with the store. */
export function isClosed(error: unknown): boolean {
  return chain(error).some((link) => link.message.startsWith('Cannot use a pool after calling end'));
}

/** Faults of the server or its disk, not of one entry of a batch: every entry shares them. */
export function isFatal(error: unknown): boolean {
  return isDisconnect(error) || isClosed(error) || /^(53|58|XX|25006)/.test(sqlState(error) ?? '');
}

/** A text with U+0000 or half a surrogate pair: PostgreSQL's text can't hold it. */
export function isUnstorableText(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '22P05' || state === '22021') return true;
  return state === '22P02' && chain(error).some((link) => /json|unicode/i.test(link.message));
}

/** Says that the connection was lost while a commit was under way: only reading the run again tells whether it was kept. */
export function unknownOutcome(cause: unknown, location: string): StoreIoError {
  return new StoreIoError(
    `The connection to ${location} was lost during a commit: whether it was kept is not known. Read the run again before going on.`,
    { cause, details: { location, sqlState: sqlState(cause), outcome: 'unknown' } },
  );
}

/** Says a driver's error in our words; other errors come back as they are. */
export function translateError(error: unknown, location: string): unknown {
  if (error instanceof SisyphusError) return error;
  if (isClosed(error)) return new StoreClosedError(`The pool of ${location} was ended.`, { cause: error });
  const state = sqlState(error);
  const options = { cause: error, details: { location, sqlState: state } };
  if (isUnavailable(error))
    return new StoreIoError(
      `No connection to ${location} could be had in time, or it was lost. Nothing of this commit was kept.`,
      options,
    );
  if (isUnstorableText(error))
    return new NotSerializableError('text', '$', 'U+0000 or half a surrogate pair, which PostgreSQL can not store');
  return state === null ? error : translateState(state, error, location, options);
}

function translateState(
  state: string,
  error: unknown,
  location: string,
  options: { readonly cause: unknown; readonly details: Readonly<Record<string, unknown>> },
): unknown {
  if (isContention(error) || state === '57014')
    return new StoreBusyError(
      `${location} was busy for too long: another transaction held what this one needs. Try again; pg_stat_activity names the holder.`,
      options,
    );
  if (state === '53100')
    return new StoreFullError(
      `${location} can't grow: its disk is full. Nothing of this commit was kept. Free space, then resume.`,
      options,
    );
  if (/^(53|58|XX)/.test(state))
    return new StoreIoError(`${location} failed (${state}). Nothing of this commit was kept.`, options);
  if (/^(28|3D|3F|25006|42501|42P01)/.test(state))
    return new StoreOpenError(
      `${location} can't be used (${state}): ${messageOf(error)}. Check the role, its rights, the database and its schema.`,
      options,
    );
  return error;
}

/** The links of an error's chain of causes; bounded, because a chain may lead back to itself. */
function chain(error: unknown): readonly Error[] {
  const links: Error[] = [];
  for (let link = error; link instanceof Error && links.length < maxCauses; link = link.cause) links.push(link);
  return links.flatMap((link) => (link instanceof AggregateError ? [link, ...link.errors.filter(isError)] : [link]));
}

function isError(value: unknown): value is Error {
  return value instanceof Error;
}

function findCode(error: unknown, pattern: RegExp, fits: (link: Error) => boolean = () => true): string | null {
  for (const link of chain(error))
    if ('code' in link && typeof link.code === 'string' && pattern.test(link.code) && fits(link)) return link.code;
  return null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
