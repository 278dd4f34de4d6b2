import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoints } from './checkpoints.js';
import type { SqliteClient } from './client.js';

const pages = 40;
let folder = '';
let mine: Database.Database;
let other: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  const open = () => {
    const client = new Database(join(folder, 'file.db'), { timeout: 0 });
    client.pragma('journal_mode = WAL');
    client.pragma('wal_autocheckpoint = 0');
    return client;
  };
  mine = open();
  mine.exec('CREATE TABLE things (n INTEGER)');
  other = open();
});
afterEach(() => {
  mine.close();
  other.close();
  rmSync(folder, { recursive: true });
});

const commit = (client: Database.Database) => client.prepare('INSERT INTO things VALUES (1)').run();
const count = () => mine.prepare('SELECT count(*) FROM things').pluck().get();

/** Commits so often, telling of each; gives the most pages the log ever had. */
function commitAndTell(checkpoints: Checkpoints, times: number): number {
  let most = 0;
  for (let n = 0; n < times; n++) {
    commit(mine);
    checkpoints.afterCommit();
    most = Math.max(most, logOf(mine));
  }
  return most;
}

function logOf(client: Database.Database): number {
  return (client.pragma('wal_checkpoint(NOOP)') as { log: number }[])[0]?.log ?? -1;
}

/** My connection, on which something happens each time that pages were moved. */
function afterEachMove(happen: () => void): SqliteClient {
  const prepare = (sql: string) => {
    const statement = mine.prepare(sql);
    if (!sql.includes('PASSIVE')) return statement;
    return {
      run: () => statement.run(),
      all: () => statement.all(),
      get: () => {
        const row = statement.get();
        happen();
        return row;
      },
    };
  };
  return { prepare, inTransaction: false, close: () => undefined };
}

describe('the log of a file', () => {
  it('begins anew once it has so many pages', () => {
    const most = commitAndTell(new Checkpoints(mine, pages), 500);
    expect(most).toBeGreaterThanOrEqual(pages);
    expect(most).toBeLessThan(2 * pages);
    expect(count()).toBe(500);
  });

  it('begins anew when others write between the move and the restart', () => {
    const checkpoints = new Checkpoints(
      afterEachMove(() => commit(other)),
      pages,
    );
    expect(commitAndTell(checkpoints, 500)).toBeLessThan(2 * pages);
  });

  it('grows as long as somebody reads an old state of it, which no writer notices', () => {
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM things').get();
    const checkpoints = new Checkpoints(mine, pages);
    commitAndTell(checkpoints, 200);
    expect(logOf(mine)).toBeGreaterThan(200);
    other.exec('COMMIT');
    commitAndTell(checkpoints, 2 * pages);
    expect(logOf(mine)).toBeLessThan(2 * pages);
  });

  it('is asked to begin anew only now and then while a reader is in the way', () => {
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM things').get();
    let moves = 0;
    const checkpoints = new Checkpoints(
      afterEachMove(() => {
        moves += 1;
      }),
      pages,
    );
    commitAndTell(checkpoints, 480);
    expect(moves).toBeGreaterThan(2);
    expect(moves).toBeLessThanOrEqual(480 / pages);
    other.exec('COMMIT');
  });

  it('fails no commit when it can not be moved', () => {
    let moves = 0;
    const checkpoints = new Checkpoints(
      afterEachMove(() => {
        moves += 1;
        throw new Error('disk I/O error');
      }),
      pages,
    );
    commitAndTell(checkpoints, 100);
    expect(moves).toBeGreaterThan(0);
    expect(count()).toBe(100);
  });
});
