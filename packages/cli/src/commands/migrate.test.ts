import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { cli, cliDocument } from '../test-support/cli.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const migrate = ['migrate', '--db', 't.db'];

it('makes a new database, and has nothing to do the second time', async () => {
  const cwd = temporaryFolder();
  const first = await cli(cwd, migrate);
  expect(first.status).toBe(0);
  expect(first.stdout).toMatch(/^migrated {2}.*t\.db\n {2}0000_\w+\n/);
  expect(existsSync(join(cwd, 't.db'))).toBe(true);
  expect(await cli(cwd, migrate)).toEqual({ status: 0, stdout: `up to date  ${join(cwd, 't.db')}\n`, stderr: '' });
});

it('gives a document', async () => {
  const cwd = temporaryFolder();
  const location = join(cwd, 't.db');
  const { document } = await cliDocument(cwd, migrate);
  expect(document).toEqual({ location, applied: expect.arrayContaining(['0000_foundation']), adoptedRuns: null });
  expect((await cliDocument(cwd, migrate)).document).toEqual({ location, applied: [], adoptedRuns: null });
});

it('leaves a database of a newer version alone, status 1', async () => {
  const cwd = temporaryFolder();
  await cli(cwd, migrate);
  const db = new Database(join(cwd, 't.db'));
  db.exec("INSERT INTO __sisyphus_migrations (hash, created_at) VALUES ('of-tomorrow', 99999999999999)");
  db.close();
  const { status, document } = await cliDocument(cwd, migrate);
  expect(status).toBe(1);
  expect(document).toMatchObject({ error: { code: 'MIGRATION_NEWER', message: expect.stringContaining('Upgrade') } });
  expect((await cli(cwd, ['ls', '--db', 't.db'])).stderr).toContain('error MIGRATION_NEWER');
});

it("leaves tables of the same names that are somebody else's alone, status 1", async () => {
  const cwd = temporaryFolder();
  const db = new Database(join(cwd, 't.db'));
  db.exec('CREATE TABLE workflow_runs (id INTEGER PRIMARY KEY, employee TEXT)');
  db.close();
  const { status, stderr } = await cli(cwd, migrate);
  expect(status).toBe(1);
  expect(stderr).toContain('error MIGRATION_FOREIGN_TABLES');
});
