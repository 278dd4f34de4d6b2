import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { openSqliteStore } from './open-sqlite-store.js';
import { renewalTarget } from './renewal-target.js';
import { prepareStatements } from './statements.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** The target of a connection to a database with the tables. */
async function targetOf(path: string) {
  await (await openSqliteStore(path)).close();
  const client = new Database(path);
  try {
    return renewalTarget(client, prepareStatements(drizzle({ client }), client));
  } finally {
    client.close();
  }
}

const none = { text: '', params: [], names: [] };
const statements = { renewLeases: { source: none }, readFence: { source: none } } as unknown as Parameters<
  typeof renewalTarget
>[1]; // only the sources are read

describe('how another thread opens the database', () => {
  it('is by its file, with statements that are plain data', async () => {
    const path = folder.path('state.db');
    const target = await targetOf(path);
    expect(structuredClone(target)).toEqual(target);
    expect(target).toMatchObject({ dialect: 'sqlite', path });
    expect(target?.statements.renewLeases.text).toMatch(/^update "workflow_runs"/i);
    expect(target?.statements.renewLeases.names.toSorted()).toEqual(['leaseExpiresAt', 'leaseMs', 'leases']);
  });

  it.each([':memory:', ''])('is unknown for a database that no second connection sees: "%s"', (name) => {
    const client = new Database(name);
    expect(renewalTarget(client, statements)).toBeNull();
    client.close();
  });

  it('is unknown for an encrypted file, and for one that is not there', () => {
    const path = folder.path('secret.db');
    writeFileSync(path, Buffer.alloc(4096, 0xa7));
    const opened = (file: string) => ({
      inTransaction: false,
      close: () => undefined,
      prepare: () => ({
        run: () => ({ changes: 0 }),
        get: () => undefined,
        all: () => [
          { name: 'temp', file: '' },
          { name: 'main', file },
        ],
      }),
    });
    expect(renewalTarget(opened(path), statements)).toBeNull();
    expect(renewalTarget(opened(folder.path('nowhere.db')), statements)).toBeNull();
  });
});
