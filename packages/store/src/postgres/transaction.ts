import { SisyphusError } from '@sisyphus-state/schema';
import { is } from 'drizzle-orm';
import { PgTransaction } from 'drizzle-orm/pg-core';
import { StoreClosedError } from '../errors.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import {
  isContention,
  isDisconnect,
  isUnavailable,
  leavesDoubt,
  translateError,
  unknownOutcome,
} from './driver-errors.js';

const shortestPauseMs = 2;
const longestPauseMs = 250;

/** What the caller's own function threw: it goes back to the caller as it is. */
class CallerError extends Error {
  readonly thrown: unknown;
  constructor(thrown: unknown) {
    super('the caller threw', { cause: thrown });
    this.thrown = thrown;
  }
}

/** Runs a function of the caller's inside our transaction: what it throws is its own, whatever it looks like. */
export async function callerPart<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw new CallerError(thrown);
  }
}

/**
 * Does work again that failed for a reason that passes, for at most `busyMs`, with growing pauses and jitter.
 *
 * Serialization failures and deadlocks undid the whole transaction; a connection that could not be had, was lost before
 * its commit was sent, or was ended by the server instead, left nothing behind. What was thrown last is said in our words.
 */
export async function patiently<T>(
  { busyMs, location }: Pick<PostgresContext, 'busyMs' | 'location'>,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + busyMs;
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || performance.now() >= deadline)
        throw error instanceof CallerError ? error.thrown : translateError(error, location);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
  }
}

function passes(error: unknown): boolean {
  if (error instanceof SisyphusError) return false;
  if (isContention(error)) return true;
  return !(error instanceof CallerError) && isUnavailable(error);
}

/** Works on a connection of its own from the pool; a broken one is not given back. */
export async function withConnection<T>(
  { pool }: Pick<PostgresContext, 'pool'>,
  work: (connection: PgConnection) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect();
  let isBroken = false;
  try {
    return await work(connection);
  } catch (error) {
    isBroken = isDisconnect(error);
    throw error;
  } finally {
    connection.release(isBroken);
  }
}

/** Works in one transaction, read committed whatever the role's default, and does it again while that may help. */
export function inTransaction<T>(context: PostgresContext, work: (connection: PgConnection) => Promise<T>): Promise<T> {
  return patiently(context, () =>
    withConnection(context, async (connection) => {
      await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      const value = await orRollback(connection, () => work(connection));
      await certainly(context, connection.query('COMMIT'));
      return value;
    }),
  );
}

/** Works inside a transaction so that what fails is undone, and nothing else of it. */
export async function inSavepoint<T>(
  connection: PgConnection,
  work: (connection: PgConnection) => Promise<T>,
): Promise<T> {
  await connection.query('SAVEPOINT sisyphus_attempt');
  try {
    return await work(connection);
  } catch (error) {
    if (!isDisconnect(error)) await connection.query('ROLLBACK TO SAVEPOINT sisyphus_attempt');
    throw error;
  }
}

/** The driver's connection under a Drizzle transaction: our statements are prepared there by name. */
export function connectionOf(tx: PostgresContext['db']): PgConnection {
  const connection: unknown = is(tx, PgTransaction) ? Reflect.get(tx._.session, 'client') : null;
  if (isConnection(connection)) return connection;
  throw new StoreClosedError(
    'The given transaction is not one of drizzle-orm/node-postgres that is open. Pass the `tx` that db.transaction(…) hands you.',
  );
}

/** Tells the caller that a statement which commits by itself may have been kept, when its answer was lost. */
export async function certainly<T>({ location }: Pick<PostgresContext, 'location'>, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw leavesDoubt(error) ? unknownOutcome(error, location) : error;
  }
}

async function orRollback<T>(connection: PgConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // On a lost connection there is nothing to roll back, and nobody who would answer. What the caller threw is not about it.
    if (error instanceof CallerError || !isDisconnect(error)) await connection.query('ROLLBACK');
    throw error;
  }
}

function isConnection(value: unknown): value is PgConnection {
  return typeof value === 'object' && value !== null && 'query' in value && 'off' in value;
}
