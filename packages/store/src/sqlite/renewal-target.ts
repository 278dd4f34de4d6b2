import { closeSync, openSync, readSync } from 'node:fs';
import type { SqliteClient } from './client.js';
import type { SqliteRenewalTarget } from './open-renewer.js';
import type { RenewalStatements } from './renew-leases.js';

/** The first bytes of every database file that is not encrypted (https://sqlite.org/fileformat.html, "Magic Header String"). */
const magic = 'SQLite format 3\0';

/** Says how another thread can open a connection's file; null for what no second connection sees: memory, an encrypted file. */
export function renewalTarget(client: SqliteClient, statements: RenewalStatements): SqliteRenewalTarget | null {
  // Bun has a driver of its own, and can't load the one that the thread would open the file with.
  if (process.versions.bun !== undefined) return null;
  const path = readMainFile(client);
  if (path === null || !isPlainFile(path)) return null;
  const { renewLeases, readFence } = statements;
  return { dialect: 'sqlite', path, statements: { renewLeases: renewLeases.source, readFence: readFence.source } };
}

/** SQLite's own idea of where the file is; that of a database in memory, or of a temporary one, is the empty text. */
function readMainFile(client: SqliteClient): string | null {
  const rows = client.prepare('PRAGMA database_list').all() as readonly {
    readonly name: string;
    readonly file: string;
  }[]; // its columns
  return rows.find(({ name }) => name === 'main')?.file || null;
}

function isPlainFile(path: string): boolean {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const head = Buffer.alloc(magic.length);
      readSync(descriptor, head, 0, head.length, 0);
      return head.toString('latin1') === magic;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A file that can't be read by its path (it was moved, or the connection has a file system of its own) can't be opened again.
    return false;
  }
}
