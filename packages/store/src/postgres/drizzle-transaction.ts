import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { leavesDoubt, unknownOutcome } from './driver-errors.js';
import { patiently, withConnection } from './transaction.js';

/**
 * As `inTransaction`, with Drizzle's own transaction for the caller's writes on the same connection.
 *
 * It is opened through the application's own database object, so that its schema, casing and logger hold.
 */
export function inDrizzleTransaction<T>(
  context: PostgresContext,
  work: (connection: PgConnection, tx: PostgresContext['db']) => Promise<T>,
): Promise<T> {
  return patiently(context, () =>
    withConnection(context, async (connection) => {
      const progress: { failure?: { readonly error: unknown }; isCommitting?: true } = {};
      const onError = (error: unknown): void => {
        if (!progress.isCommitting) return;
        progress.failure ??= { error: leavesDoubt(error) ? unknownOutcome(error, context.location) : error };
      };
      try {
        return await sessionOn(context.db, connection, onError).transaction(
          async (tx) => {
            try {
              const value = await work(connection, tx);
              progress.isCommitting = true;
              return value;
            } catch (error) {
              progress.failure = { error };
              throw error;
            }
          },
          { isolationLevel: 'read committed' },
        );
      } catch (error) {
        // Drizzle's own rollback may fail on a lost connection, and would then hide why there was one.
        throw progress.failure === undefined ? error : progress.failure.error;
      }
    }),
  );
}

/**
 * Drizzle's session of this database on a connection that is ours; `onError` hears of every statement that fails.
 *
 * Given a pool, Drizzle takes a connection from it that it never gives back when BEGIN fails: after a few lost
 * connections the pool would be empty for ever.
 */
function sessionOn(
  { _: { session } }: PostgresContext['db'],
  connection: PgConnection,
  onError: (error: unknown) => void,
): typeof session {
  const query = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await Reflect.apply(connection.query, connection, args);
    } catch (error) {
      onError(error);
      throw error;
    }
  };
  return Object.create(session, { client: { value: Object.create(connection, { query: { value: query } }) } });
}
