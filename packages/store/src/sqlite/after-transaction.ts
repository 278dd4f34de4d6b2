import type { SqliteClient } from './client.js';

/** How often a transaction that its owner keeps open over several turns of the event loop is looked at. */
const lookMs = 5;

/**
 * Calls back when the transaction that is open on a connection is over, committed or undone: the driver does not tell.
 *
 * Waiting for it keeps no process alive.
 */
export function afterTransaction(client: Pick<SqliteClient, 'inTransaction'>, then: () => void): void {
  const look = (): void => {
    if (client.inTransaction) setTimeout(look, lookMs).unref();
    else then();
  };
  // A synchronous transaction, as Drizzle's are, is over by the end of this turn.
  setImmediate(look).unref();
}
