import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsFolder } from '@sisyphus-state/schema/sqlite';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { execaNode } from 'execa';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from './support/drizzle-kit.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();
const script = join(repositoryRoot, 'packages/schema/scripts/embed-migrations.mjs');
const migrations = join(repositoryRoot, 'migrations');
const generated = join(repositoryRoot, 'packages/schema/src/migrate/generated/sqlite.ts');

describe('the migrations inside the schema package', () => {
  test('are those at the root', async () => {
    await execaNode(script, ['--check']);
  });

  test('have the hashes, instants and statements that drizzle reads from the files', async () => {
    const text = readFileSync(generated, 'utf8');
    for (const { hash, folderMillis, sql } of readMigrationFiles({ migrationsFolder: join(migrations, 'sqlite') })) {
      expect(text).toContain(`hash: ${JSON.stringify(hash)}`);
      expect(text).toContain(`createdAt: ${folderMillis}`);
      for (const statement of sql) expect(text).toContain(JSON.stringify(statement.trim()));
    }
  });

  test('are in the package as files too, where migrationsFolder() says', () => {
    expect(migrationsFolder()).toBe(join(repositoryRoot, 'packages/schema/migrations/sqlite'));
    for (const name of readdirSync(join(migrations, 'sqlite')).filter((file) => file.endsWith('.sql'))) {
      const [packed, source] = [join(migrationsFolder(), name), join(migrations, 'sqlite', name)];
      expect(readFileSync(packed, 'utf8')).toBe(readFileSync(source, 'utf8'));
    }
    expect(readMigrationFiles({ migrationsFolder: migrationsFolder() })).toHaveLength(
      readMigrationFiles({ migrationsFolder: join(migrations, 'sqlite') }).length,
    );
  });

  test('a stale copy fails the check, and embedding mends it', async () => {
    const { source, packageFolder } = copyOfBoth();
    const args = ['--source', source, '--package', packageFolder];
    writeFileSync(join(source, 'sqlite/0000_foundation.sql'), 'CREATE TABLE `changed` (`id` text);');
    const stale = await execaNode(script, [...args, '--check'], { reject: false });
    expect(stale.exitCode).toBe(1);
    expect(stale.stderr).toContain('sqlite.ts is stale');
    await execaNode(script, args);
    await execaNode(script, [...args, '--check']);
    expect(readFileSync(join(packageFolder, 'migrations/sqlite/0000_foundation.sql'), 'utf8')).toContain('changed');
  });

  test('line endings that were changed are refused: they would change the hash', async () => {
    const { source, packageFolder } = copyOfBoth();
    writeFileSync(join(source, 'sqlite/0000_foundation.sql'), 'CREATE TABLE `a` (\r\n\t`id` text);');
    const { exitCode, stderr } = await execaNode(script, ['--source', source, '--package', packageFolder], {
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Windows line endings');
  });

  test('freezing records what is new and leaves what is known', async () => {
    const { source, packageFolder } = copyOfBoth();
    const frozenFile = join(source, 'frozen.json');
    writeFileSync(frozenFile, JSON.stringify({ postgres: { a: '1' }, sqlite: { '0000_foundation': 'as it landed' } }));
    await execaNode(script, ['--source', source, '--package', packageFolder, '--freeze']);
    const frozen = JSON.parse(readFileSync(frozenFile, 'utf8'));
    expect(frozen).toMatchObject({ postgres: { a: '1' }, sqlite: { '0000_foundation': 'as it landed' } });
    writeFileSync(frozenFile, '{}');
    await execaNode(script, ['--source', source, '--package', packageFolder, '--freeze']);
    expect(JSON.parse(readFileSync(frozenFile, 'utf8')).sqlite['0000_foundation']).toMatch(/^[0-9a-f]{64}$/);
  });
});

/** The migrations and the generated module, where a test may change them. */
function copyOfBoth() {
  const folder = tempFolder();
  const [source, packageFolder] = [join(folder, 'migrations'), join(folder, 'package')];
  cpSync(migrations, source, { recursive: true });
  mkdirSync(join(packageFolder, 'src/migrate/generated'), { recursive: true });
  cpSync(generated, join(packageFolder, 'src/migrate/generated/sqlite.ts'));
  return { source, packageFolder };
}
