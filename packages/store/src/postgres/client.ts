/** A statement for the driver. With a `name` each connection prepares it once; the server keeps its plan. */
export interface PgQuery {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly types?: typeof resultTypes;
}

/** What this store needs of one node-postgres connection (`pg.PoolClient`). */
export interface PgConnection {
  query(query: PgQuery | string): Promise<{ readonly rows: readonly unknown[] }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'notification', listener: (message: { readonly channel: string }) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'notification', listener: (message: { readonly channel: string }) => void): unknown;
  /** Gives the connection back; with an error, or true, it is closed instead. */
  release(broken?: Error | boolean): void;
  /** An event loop with nothing else to do may end in spite of this connection. */
  unref?(): void;
}

/** What this store needs of a node-postgres pool (`pg.Pool`). */
export interface PgPool {
  connect(): Promise<PgConnection>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'acquire', listener: (connection: PgConnection) => void): unknown;
  listenerCount?(event: 'connect'): number;
  readonly options: {
    readonly max?: number;
    readonly host?: string;
    readonly port?: number;
    readonly user?: string;
    readonly database?: string;
    readonly connectionString?: string;
  };
}

const int8 = 20;
const int4 = 23;
const bool = 16;

/**
 * Reads what our statements return: text, whole numbers up to 2^53, booleans.
 *
 * The driver itself gives an int8 as text, and an application may have set its parsers in any way.
 */
export const resultTypes = {
  getTypeParser: (type: number) => {
    if (type === int8 || type === int4) return Number;
    return type === bool ? (text: string) => text === 't' : (text: string) => text;
  },
};
