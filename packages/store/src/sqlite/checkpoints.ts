import type { SqliteClient, SqliteStatement } from './client.js';

/** How many commits go by from one look at the log to the next: a look costs some 7 µs. */
const commitsPerLook = 16;

interface CheckpointRow {
  /** 1: somebody else was at it, or in its way. */
  readonly busy: number;
  /** Pages in the log; -1 when that is not known. */
  readonly log: number;
}

/**
 * Moves the write-ahead log into the file once it holds so many pages, and has it begin anew.
 *
 * SQLite does the first by itself, the second only if nobody wrote meanwhile. Where several processes write, somebody always
 * did: then the log grows without end, and every commit moves a little of it, with two syncs
 * (https://sqlite.org/wal.html#avoiding_excessively_large_wal_files). Here most of it is moved while others go on writing
 * (`PASSIVE`), and only what they added is moved under the write lock (`RESTART`).
 */
export class Checkpoints {
  readonly #pages: number;
  readonly #look: SqliteStatement;
  readonly #move: SqliteStatement;
  readonly #restart: SqliteStatement;
  #commits = 0;
  /** How many pages the log has when it is next moved. */
  #dueAt: number;

  constructor(client: SqliteClient, pages: number) {
    this.#pages = pages;
    this.#dueAt = pages;
    // SQLite before 3.51 has no NOOP and takes it for PASSIVE: more syncs, and no harm.
    this.#look = client.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#move = client.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    this.#restart = client.prepare('PRAGMA wal_checkpoint(RESTART)');
  }

  /** To be called after each commit made here, outside any transaction. */
  afterCommit(): void {
    this.#commits += 1;
    if (this.#commits % commitsPerLook !== 0) return;
    try {
      this.#lookAtLog();
    } catch {
      // The commits in the log are safe there, and SQLite heeds no failure of a checkpoint of its own either: one that
      // the disk is to blame for will be met by a commit.
    }
  }

  #lookAtLog(): void {
    const { log } = read(this.#look);
    if (log < this.#pages) this.#dueAt = this.#pages;
    if (log < this.#dueAt || read(this.#move).busy !== 0) return;
    // A reader that stays is in the way for long: asking again soon would only keep writers waiting.
    this.#dueAt = read(this.#restart).busy === 0 ? this.#pages : log + this.#pages;
  }
}

function read(statement: SqliteStatement): CheckpointRow {
  return statement.get() as CheckpointRow; // the row of https://sqlite.org/pragma.html#pragma_wal_checkpoint
}
