import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { WriteQueue, type WriteQueueOptions } from '../sqlite/write-queue.js';

/** A file with a table `t (x UNIQUE)`, a connection that a queue writes through, and another one that looks on. */
export interface QueueFixture {
  readonly client: Database.Database;
  readonly other: Database.Database;
  readonly queue: WriteQueue;
  /** Another queue on the same connection. */
  readonly queueWith: (options: Partial<WriteQueueOptions>) => WriteQueue;
  /** The work of inserting a value; returns its row's number. */
  readonly insert: (x: unknown) => () => number;
  /** What is committed, as the other connection sees it. */
  readonly committed: () => unknown[];
  readonly dispose: () => void;
}

export function queueFixture(): QueueFixture {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-queue-'));
  const open = (): Database.Database => {
    const made = new Database(join(folder, 'q.db'), { timeout: 5 });
    made.pragma('journal_mode = WAL');
    return made;
  };
  const client = open();
  client.exec('CREATE TABLE t (x UNIQUE)');
  const other = open();
  const queueWith = (options: Partial<WriteQueueOptions>): WriteQueue =>
    new WriteQueue(client, { location: 'q.db', busyMs: 60_000, ...options });
  return {
    ...{ client, other, queue: queueWith({}), queueWith },
    insert: (x) => () => Number(client.prepare('INSERT INTO t VALUES (?)').run(x).lastInsertRowid),
    committed: () => other.prepare('SELECT x FROM t ORDER BY rowid').pluck().all(),
    dispose: () => {
      client.close();
      other.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Work that throws this. */
export function raise(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** Works in turn; the last one's value. */
export function both<T>(first: () => unknown, second: () => T): () => T {
  return () => {
    first();
    return second();
  };
}

/** Lets the event loop turn this often, timers included. */
export async function turns(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) await new Promise((resolve) => setTimeout(resolve, 1));
}
