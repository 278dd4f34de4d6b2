export type { PgConnection, PgPool, PgQuery } from './client.js';
export type { PostgresDatabase } from './context.js';
export {
  type OpenPostgresOptions,
  openPostgresClient,
  openPostgresStore,
  type PostgresClient,
} from './open-postgres-store.js';
export { createPostgresStore, type PostgresStoreOptions } from './postgres-store.js';
