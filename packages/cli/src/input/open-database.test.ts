import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeTerminal } from '../test-support/fake-terminal.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { databaseLocation, withExistingStore, withStore } from './open-database.js';

it('takes --db first, then SISYPHUS_DB, both from the working folder', () => {
  const { terminal } = fakeTerminal({ cwd: '/srv', env: { SISYPHUS_DB: 'env.db' } });
  expect(databaseLocation('arg.db', terminal)).toBe('/srv/arg.db');
  expect(databaseLocation(undefined, terminal)).toBe('/srv/env.db');
  expect(databaseLocation(':memory:', terminal)).toBe(':memory:');
  expect(databaseLocation('postgres://localhost/x', terminal)).toBe('postgres://localhost/x');
});

it('takes the default when neither says anything', () => {
  expect(databaseLocation(undefined, { cwd: '/srv', env: {} })).toMatch(/\.opencode.sisyphus-state\.db$/);
});

it('makes a new database, and closes it even after a failure', async () => {
  const cwd = temporaryFolder();
  const { terminal } = fakeTerminal({ cwd });
  const using = withStore('new.db', terminal, async () => {
    throw new Error('on the way');
  });
  await expect(using).rejects.toThrow('on the way');
  // SQLite removes its log when the last connection closes.
  expect(readdirSync(cwd)).toEqual(['new.db']);
});

it.each([
  ['--db', 'typo.db', {}],
  ['SISYPHUS_DB', undefined, { SISYPHUS_DB: 'typo.db' }],
])('makes none where a command only looks, and names %s', async (where, db, env) => {
  const cwd = temporaryFolder();
  const { terminal } = fakeTerminal({ cwd, env: env as Record<string, string> });
  const looking = withExistingStore(db, terminal, async () => null);
  await expect(looking).rejects.toMatchObject({ code: 'DATABASE_MISSING' });
  await expect(looking).rejects.toThrow(`Check ${where};`);
  expect(existsSync(join(cwd, 'typo.db'))).toBe(false);
});

it('says that it opens no PostgreSQL, instead of making a file of that name', async () => {
  const { terminal } = fakeTerminal({ cwd: temporaryFolder() });
  await expect(withExistingStore('postgres://localhost/x', terminal, async () => null)).rejects.toMatchObject({
    code: 'STORE_OPEN',
  });
});
