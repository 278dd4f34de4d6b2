import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { useTempFolder } from '../support/temp-folder.js';

const tempFolder = useTempFolder();
let folder: string;
let file: string;

beforeEach(() => {
  folder = tempFolder();
  file = join(folder, 'state.db');
});

const workflow = { name: 'short', steps: [{ id: 'one', type: 'give' }] };
const handlers = { give: () => ({ given: true }) };

async function makeDatabase(): Promise<string> {
  const store = await openStore(file);
  const { runId } = await new WorkflowExecutor(store, handlers).execute(workflow);
  await store.close();
  return runId;
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe('a file that can not be a store', () => {
  test('no SQLite database: is refused and left as it is', async () => {
    writeFileSync(file, 'This is a letter, not a database. '.repeat(100));
    const before = hashOf(file);
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'NOT_A_DATABASE',
      message: expect.stringContaining(file),
    });
    expect(hashOf(file)).toBe(before);
  });

  test('a database cut off in the middle: is refused', async () => {
    await makeDatabase();
    truncateSync(file, 5000);
    const refusal = await openStore(file).then(
      async (store) => {
        const error: unknown = await store.listRuns().catch((thrown: unknown) => thrown);
        await store.close();
        return error;
      },
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'NOT_A_DATABASE' });
  });

  test('a database of a newer version: is refused, says to upgrade, and is left as it is', async () => {
    await makeDatabase();
    const client = new Database(file);
    client
      .prepare('INSERT INTO __sisyphus_migrations (hash, created_at) VALUES (?, ?)')
      .run('f'.repeat(64), 9_000_000_000_000);
    client.pragma('wal_checkpoint(TRUNCATE)');
    client.close();
    const before = hashOf(file);
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'MIGRATION_NEWER',
      message: expect.stringContaining('Upgrade'),
    });
    expect(hashOf(file)).toBe(before);
  });

  test('a folder: is refused', async () => {
    mkdirSync(file);
    await expect(openStore(file)).rejects.toMatchObject({ code: 'STORE_OPEN', message: expect.stringContaining(file) });
  });

  test('a path under a file: is refused', async () => {
    writeFileSync(file, '');
    await expect(openStore(join(file, 'inner', 'state.db'))).rejects.toMatchObject({ code: 'STORE_OPEN' });
  });

  test('a folder where nothing can be made: is refused', async () => {
    await expect(openStore('/proc/self/sisyphus/state.db')).rejects.toMatchObject({ code: 'STORE_OPEN' });
  });

  test('a link to nowhere that can be: is refused', async () => {
    symlinkSync('/proc/self/sisyphus.db', file);
    await expect(openStore(file)).rejects.toMatchObject({ code: 'STORE_OPEN' });
  });

  test('an address of a database that this version does not know: is refused, without what it says of a password', async () => {
    const refusal: unknown = await openStore('mysql://me:secret@host/db').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'STORE_OPEN' });
    expect(String(refusal)).not.toContain('secret');
  });
});

describe('a database that can only be read', () => {
  test('is opened for looking, and a run on it is refused with nothing written', async () => {
    const runId = await makeDatabase();
    const client = new Database(file);
    client.pragma('query_only = ON');
    const store = await openStore({ client: drizzle({ client }) });
    const executor = new WorkflowExecutor(store, handlers);
    expect(await executor.state(runId)).toMatchObject({ status: 'completed' });
    await expect(executor.execute(workflow)).rejects.toMatchObject({
      code: 'STORE_OPEN',
      message: expect.stringContaining('SQLITE_READONLY'),
    });
    expect(await store.listRuns()).toHaveLength(1);
    await store.close();
    client.close();
  });
});

describe('a store that was closed', () => {
  test('refuses every call with its code', async () => {
    const store = await openStore(file);
    const executor = new WorkflowExecutor(store, handlers);
    const { runId } = await executor.execute(workflow);
    await store.close();
    await store.close();
    const calls = [
      executor.execute(workflow),
      executor.resume(runId),
      executor.cancel(runId),
      executor.state(runId),
      executor.list(),
      executor.events(runId),
    ];
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'STORE_CLOSED' } });
  });

  test('under a run ends its driving, not the process', async () => {
    const store = await openStore(file);
    let close = (): Promise<void> => Promise.resolve();
    const executor = new WorkflowExecutor(store, { give: () => close() });
    close = () => store.close();
    const end = await executor.execute(workflow).catch((error: unknown) => error);
    expect(end).toMatchObject({ code: 'STORE_CLOSED' });
  });
});
