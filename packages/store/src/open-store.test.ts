import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultLocation, openStore } from './open-store.js';
import type { WorkflowStore } from './store.js';
import { newRun } from './test-support/sample-changes.js';
import { temporaryFolder } from './test-support/temporary-folder.js';

let folder: ReturnType<typeof temporaryFolder>;
const opened: WorkflowStore[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const store of opened.splice(0)) await store.close();
  folder.remove();
});

async function open(...args: Parameters<typeof openStore>): Promise<WorkflowStore> {
  const store = await openStore(...args);
  opened.push(store);
  return store;
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('openStore', () => {
  it('makes the file and its folders, private to the user, and the files beside it too', async () => {
    const path = folder.path('deep', 'down', 'state.db');
    const store = await open(path);
    await store.createRuns([newRun()]);
    expect([modeOf(folder.path('deep')), modeOf(folder.path('deep', 'down')), modeOf(path)]).toEqual([
      '700',
      '700',
      '600',
    ]);
    for (const suffix of ['-wal', '-shm']) expect(modeOf(path + suffix)).toBe('600');
    expect(store.location).toBe(path);
  });

  it('leaves the modes of a folder and a file that are there alone', async () => {
    const path = folder.path('state.db');
    writeFileSync(path, '');
    chmodSync(path, 0o640);
    chmodSync(folder.path(), 0o755);
    await open(path);
    expect([modeOf(path), modeOf(folder.path())]).toEqual(['640', '755']);
  });

  it('opens what it wrote before', async () => {
    const path = folder.path('state.db');
    const run = newRun();
    const store = await openStore(path);
    await store.createRuns([run]);
    await store.close();
    expect((await (await open(path)).readRun(run.id))?.status).toBe('running');
  });

  it('takes a path that is relative, and says the whole of it', async () => {
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder.path());
    const store = await open('here.db');
    cwd.mockRestore();
    expect(store.location).toBe(folder.path('here.db'));
    expect(existsSync(folder.path('here.db'))).toBe(true);
  });

  it('keeps nothing of a database in memory, which no other handle shares', async () => {
    const [first, second] = [await open(':memory:'), await open(':memory:')];
    await first.createRuns([newRun()]);
    expect(await second.listRuns()).toEqual([]);
    expect(first.capabilities).toMatchObject({ durable: false, multiProcess: false });
    expect(first.location).toBe(':memory:');
  });

  it.each([
    ['power', 2],
    ['process', 1],
  ] as const)('writes as durably as asked: %s', async (durability, synchronous) => {
    const { openSqliteStore } = await import('./sqlite/open-sqlite-store.js');
    const store = await openSqliteStore(folder.path('state.db'), { durability });
    opened.push(store);
    const lease = (await store.createRuns([newRun()]))[0]?.lease;
    if (!lease) throw new Error('The run was created without a lease.');
    const found: unknown[] = [];
    await store.recordWith(lease, (tx) => {
      found.push(...tx.all<object>('PRAGMA synchronous').map((row) => Object.values(row)[0]));
      found.push(...tx.all<object>('PRAGMA journal_mode').map((row) => Object.values(row)[0]));
      found.push(...tx.all<object>('PRAGMA foreign_keys').map((row) => Object.values(row)[0]));
      return [];
    });
    expect(found).toEqual([synchronous, 'wal', 1]);
  });
});

describe('without a location', () => {
  it('opens SISYPHUS_DB', async () => {
    vi.stubEnv('SISYPHUS_DB', folder.path('env.db'));
    expect((await open()).location).toBe(folder.path('env.db'));
  });

  it('opens the file in the user’s home, and never what DATABASE_URL names', () => {
    const home = join(homedir(), '.opencode', 'sisyphus-state.db');
    expect(defaultLocation({})).toBe(home);
    expect(defaultLocation({ SISYPHUS_DB: '' })).toBe(home);
    expect(defaultLocation({ DATABASE_URL: 'postgres://application' })).toBe(home);
    expect(defaultLocation({ SISYPHUS_DB: '/data/x.db', DATABASE_URL: 'y' })).toBe('/data/x.db');
  });
});

describe('what can not be opened', () => {
  it.each(['mysql://localhost/app', 'http://x/y', 'file:///tmp/x.db'])(
    'an address of another kind: %s',
    async (location) => {
      await expect(openStore(location)).rejects.toMatchObject({ code: 'STORE_OPEN' });
      await expect(openStore(location)).rejects.toThrow(location.slice(0, location.indexOf(':')));
    },
  );

  it('a file that is no database, which stays as it was', async () => {
    const path = folder.path('notes.txt');
    const text = 'Dear diary, '.repeat(1000);
    writeFileSync(path, text);
    await expect(openStore(path)).rejects.toMatchObject({ code: 'NOT_A_DATABASE' });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect([existsSync(`${path}-wal`), existsSync(`${path}-shm`)]).toEqual([false, false]);
  });

  it('a file that is too short to be one', async () => {
    const path = folder.path('short.db');
    writeFileSync(path, 'short');
    await expect(openStore(path)).rejects.toMatchObject({ code: 'NOT_A_DATABASE' });
    expect(readFileSync(path, 'utf8')).toBe('short');
  });

  it('a folder', async () => {
    mkdirSync(folder.path('state.db'));
    await expect(openStore(folder.path('state.db'))).rejects.toMatchObject({ code: 'STORE_OPEN' });
  });

  it('a path through a file', async () => {
    writeFileSync(folder.path('file'), '');
    const path = folder.path('file', 'state.db');
    await expect(openStore(path)).rejects.toMatchObject({ code: 'STORE_OPEN' });
    await expect(openStore(path)).rejects.toThrow(path);
  });

  it('a database whose tables are not there yet, when it may not make them', async () => {
    const path = folder.path('state.db');
    await expect(openStore(path, { migrate: false })).rejects.toMatchObject({ code: 'MIGRATION_PENDING' });
    await (await openStore(path)).close();
    await open(path, { migrate: false });
  });

  it('a folder and a file that this user may not write, and they stay as they were', async () => {
    const dir = folder.path('readonly');
    mkdirSync(dir);
    chmodSync(folder.path(), 0o755);
    const file = folder.path('readonly.db');
    await (await openStore(file)).close();
    chmodSync(file, 0o444);
    chmodSync(dir, 0o555);
    expect(await codeAsAnother(join(dir, 'state.db'))).toBe('STORE_OPEN');
    expect(await codeAsAnother(file)).toBe('STORE_OPEN');
    expect(existsSync(join(dir, 'state.db'))).toBe(false);
  });
});

/** The code with which a process of a user without privileges fails to open a path. */
async function codeAsAnother(path: string): Promise<string> {
  const script = `import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)})
    .then(({ openStore }) => openStore(${JSON.stringify(path)}))
    .then(() => 'opened', (error) => error.code ?? String(error)).then((code) => process.stdout.write(code))`;
  // Permissions bind nobody who is root: then another user asks.
  const someone = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'], ...someone });
  let code = '';
  child.stdout.on('data', (part) => {
    code += String(part);
  });
  await once(child, 'close');
  return code;
}
