/** What this store needs of a synchronous SQLite driver: better-sqlite3 has it, and so has bun:sqlite. */
export interface SqliteClient {
  prepare(sql: string): SqliteStatement;
  readonly inTransaction: boolean;
  close(): void;
}

/** A prepared statement of the driver; parameters are positional. */
export interface SqliteStatement {
  run(...params: unknown[]): { readonly changes: number | bigint };
  get(...params: unknown[]): unknown;
  all(...params: unknown[]): unknown[];
}

/** Runs statements that return nothing anybody needs. */
export function execute(client: SqliteClient, sql: string): void {
  client.prepare(sql).run();
}

/** Reads one pragma's value. */
export function readPragma(client: SqliteClient, name: string): unknown {
  const row = client.prepare(`PRAGMA ${name}`).get();
  return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
}
