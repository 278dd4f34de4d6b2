import type { Renewer } from '../renewal/renewer.js';
import { execute, readPragma, type SqliteClient } from './client.js';
import { type Compiled, compileText, type StatementSource } from './compile-text.js';
import { translateError } from './driver-errors.js';
import { type RenewalStatements, renewLeases } from './renew-leases.js';

/** How another thread opens the file to renew leases in it. */
export interface SqliteRenewalTarget {
  readonly dialect: 'sqlite';
  readonly path: string;
  readonly statements: Readonly<Record<keyof RenewalStatements, StatementSource>>;
}

/** Opens the file once more, for renewals only; a locked file blocks this thread for at most `patienceMs`. */
export async function openRenewer({ path, statements }: SqliteRenewalTarget, patienceMs: number): Promise<Renewer> {
  const translated = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw translateError(error, path);
    }
  };
  const { default: Database } = await import('better-sqlite3');
  const client = translated(() => new Database(path, { fileMustExist: true, timeout: Math.trunc(patienceMs) }));
  try {
    const context = translated(() => prepare(client, statements));
    return {
      renew: async (leases, leaseMs) =>
        translated(() => renewLeases(context, leases, leaseMs)).map((renewal) => ({ ...renewal, isPending: false })),
      close: async () => void client.close(),
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

function prepare(client: SqliteClient, sources: SqliteRenewalTarget['statements']) {
  // A renewal that a power cut undoes is missed by nobody: its process is gone as well. In the write-ahead log it then
  // costs no wait for the disk; in other modes NORMAL is not safe enough.
  if (readPragma(client, 'journal_mode') === 'wal') execute(client, 'PRAGMA synchronous = NORMAL');
  const compile = <K extends keyof RenewalStatements>(key: K) =>
    compileText(client, sources[key]) as Compiled<never> as RenewalStatements[K]; // from that very statement
  return {
    statements: { renewLeases: compile('renewLeases'), readFence: compile('readFence') },
    clock: () => Date.now(),
  };
}
