// A process of its own that opens, migrates and holds a file when it is told to; it answers every message once.
import { migrate, retryWhileBusy } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { WorkflowStore } from '../fixtures/draft.mjs';

const held = new Map();

const verbs = {
  /** Opens a file the way a store does: migrate first, so that a refused file stays as it is, then WAL. */
  open({ file }) {
    const client = new Database(file);
    try {
      const result = migrate(drizzle(client));
      retryWhileBusy(() => client.pragma('journal_mode = WAL'), 30_000);
      return { ...result, journalMode: client.pragma('journal_mode', { simple: true }) };
    } finally {
      client.close();
    }
  },
  /** Migrates and is killed, for good, just before its n-th statement. */
  migrateUntil({ file, statement }) {
    let seen = 0;
    const verbose = () => {
      seen += 1;
      if (seen === statement) process.kill(process.pid, 'SIGKILL');
    };
    migrate(drizzle(new Database(file, { verbose })));
    return { statements: seen };
  },
  /** Takes the write lock and keeps it. */
  lock({ file }) {
    const client = new Database(file);
    client.exec('BEGIN IMMEDIATE');
    held.set(file, client);
    return {};
  },
  unlock({ file }) {
    held.get(file).exec('COMMIT');
    held.get(file).close();
    held.delete(file);
    return {};
  },
  /** Opens a file with the draft's code and keeps it open. */
  draftOpen({ file }) {
    held.set(file, new WorkflowStore(file));
    return {};
  },
  draftCall({ file, method, args }) {
    return { value: held.get(file)[method](...args) ?? null };
  },
};

process.on('message', ({ verb, ...request }) => {
  try {
    process.send({ ok: true, ...verbs[verb](request) });
  } catch (error) {
    process.send({ ok: false, code: error.code ?? null, message: error.message });
  }
});
process.send({ ok: true });
