export type { SqliteClient, SqliteStatement } from './client.js';
export { type OpenSqliteOptions, openSqliteClient, openSqliteStore } from './open-sqlite-store.js';
export { createSqliteStore, type SqliteStoreOptions } from './sqlite-store.js';
export type { SyncDatabase } from './statements.js';
