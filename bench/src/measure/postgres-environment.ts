import { connect } from '../postgres/connect.js';
import type { PostgresServer } from '../postgres/server.js';
import { median } from './statistics.js';

/** Which PostgreSQL the figures were taken on, and how it is set. */
export interface PostgresEnvironment {
  readonly version: string;
  readonly origin: PostgresServer['origin'];
  readonly fsync: string;
  readonly synchronousCommit: string;
  /** The median of one commit of one small row, and of a query that reads and writes nothing. */
  readonly commitMicros: number;
  readonly roundTripMicros: number;
}

/** Asks the server and measures, in a database of its own, what a commit and a round trip cost. */
export async function readPostgresEnvironment(server: PostgresServer): Promise<PostgresEnvironment> {
  const client = await connect(await server.createDatabase());
  const show = async (name: string): Promise<string> => String((await client.query(`SHOW ${name}`)).rows[0]?.[name]);
  const measure = async (name: string, text: string): Promise<number> => {
    const micros: number[] = [];
    for (let n = 0; n < 101; n++) {
      const from = performance.now();
      await client.query({ name, text });
      micros.push((performance.now() - from) * 1000);
    }
    return median(micros);
  };
  try {
    await client.query('CREATE TABLE probe (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)');
    return {
      version: await show('server_version'),
      origin: server.origin,
      fsync: await show('fsync'),
      synchronousCommit: await show('synchronous_commit'),
      commitMicros: await measure('commit', "INSERT INTO probe (text) VALUES ('a commit of one row')"),
      roundTripMicros: await measure('trip', 'SELECT 1'),
    };
  } finally {
    await client.end();
  }
}
