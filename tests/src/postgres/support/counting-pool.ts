import pg from 'pg';

/** A pool whose every call to the server is on record: each is one round trip at least. */
export interface CountingPool {
  readonly pool: pg.Pool;
  /** The texts sent since the last look, shortened to their first words; what prepares a session is not counted. */
  take(): readonly string[];
}

/** Makes a pool that counts; `rewrite` may change what is sent. */
export function countingPool(url: string, rewrite: (text: string) => string = (text) => text): CountingPool {
  let sent: string[] = [];
  class CountingClient extends pg.Client {
    // The driver's overloads are many; the store calls it in two ways.
    override query(...args: unknown[]): never {
      const [query] = args;
      const text = textOf(query);
      if (!text.startsWith('SET ')) sent.push(text.split(/\s+/).slice(0, 3).join(' '));
      const changed = rewrite(text);
      if (changed !== text) args[0] = typeof query === 'string' ? changed : { ...Object(query), text: changed };
      return Reflect.apply(super.query, this, args) as never;
    }
  }
  const options = '-c plan_cache_mode=force_generic_plan';
  const pool = new pg.Pool({ connectionString: url, options, Client: CountingClient as typeof pg.Client });
  return {
    pool,
    take: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
  };
}

/** The SQL of what is given to the driver. */
export function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const text: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, 'text') : null;
  return typeof text === 'string' ? text : '';
}
