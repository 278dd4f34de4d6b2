import pg from 'pg';

/** What the engine's sessions are set to as well: plans are made once, and none reads a whole table. */
const options = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off';

/** So many connections by hand, with the engine's settings, opened when they are needed. */
export function connectionPool(url: string, max: number): pg.Pool {
  return new pg.Pool({ connectionString: url, options, max });
}

/** Opens a connection by hand, with the engine's settings. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options });
  await client.connect();
  return client;
}
