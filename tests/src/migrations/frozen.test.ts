import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drizzleKit, repositoryRoot } from './support/drizzle-kit.js';
import { statementsThatTakeAway } from './support/statements-that-take-away.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();
const migrations = join(repositoryRoot, 'migrations');
const sqlite = join(migrations, 'sqlite');
const tags = readdirSync(sqlite)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.replace(/\.sql$/, ''));

describe('the SQLite migrations', () => {
  test('are frozen: every text is the one that was recorded when it landed', () => {
    const { sqlite: frozen } = readJson(join(migrations, 'frozen.json'));
    const now = Object.fromEntries(tags.map((tag) => [tag, hashOf(join(sqlite, `${tag}.sql`))]));
    // A new one is recorded with: node packages/schema/scripts/embed-migrations.mjs --freeze
    expect(now).toEqual(frozen);
  });

  test('are all in the journal, in order, each younger than the one before', () => {
    const { entries } = readJson(join(sqlite, 'meta/_journal.json'));
    expect(entries.map(({ tag }: { tag: string }) => tag)).toEqual([...tags].sort());
    const instants = entries.map(({ when }: { when: number }) => when);
    expect(instants).toEqual([...new Set(instants)].sort((a, b) => Number(a) - Number(b)));
  });

  test.each(tags)('%s only adds (pitfall 30)', (tag) => {
    expect(statementsThatTakeAway(readFileSync(join(sqlite, `${tag}.sql`), 'utf8'))).toEqual([]);
  });

  test('agree with the Drizzle tables: drizzle-kit has nothing to add', async () => {
    const { out, folder } = copyMigrations();
    expect(await drizzleKit(['check'], { cwd: folder })).toContain("Everything's fine");
    expect(await drizzleKit(['generate'], { cwd: folder })).toContain('No schema changes');
    expect(readdirSync(out).sort()).toEqual(readdirSync(sqlite).sort());
  });

  test('would not agree if a column were missing from them', async () => {
    const { out, folder } = copyMigrations();
    const newest = readdirSync(join(out, 'meta')).filter((name) => name.endsWith('_snapshot.json'));
    const file = join(out, 'meta', newest.sort().at(-1) ?? '');
    const snapshot = readJson(file);
    delete snapshot.tables.payloads.columns.bytes;
    writeFileSync(file, JSON.stringify(snapshot));
    await drizzleKit(['generate'], { cwd: folder });
    expect(readdirSync(out).length).toBe(readdirSync(sqlite).length + 1);
  });
});

/** A copy of the migrations that drizzle-kit may write to, and a config for it beside the real tables. */
function copyMigrations() {
  const folder = tempFolder();
  const out = join(folder, 'sqlite');
  cpSync(sqlite, out, { recursive: true });
  const schema = join(repositoryRoot, 'packages/schema/src/sqlite/index.ts');
  // Relative, because drizzle-kit takes every `out` for a relative one.
  writeFileSync(join(folder, 'drizzle.config.json'), JSON.stringify({ dialect: 'sqlite', schema, out: './sqlite' }));
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
  return { out, folder };
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
