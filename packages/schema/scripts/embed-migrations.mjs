// Carries the migrations that drizzle-kit wrote at the root into this package, for consumers:
//   src/migrate/generated/<dialect>.ts   the statements as a module (committed)
//   migrations/<dialect>/                the files as they are (a copy, not committed)
// `--check` writes nothing and fails when the committed module is stale. `--freeze` records the hash of each migration
// that migrations/frozen.json does not know yet; it never changes one that it knows.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean' },
    freeze: { type: 'boolean' },
    source: { type: 'string' },
    package: { type: 'string' },
  },
});
const packageFolder = options.package ?? fileURLToPath(new URL('..', import.meta.url));
const source = options.source ?? join(packageFolder, '../../migrations');
const dialects = readdirSync(source).filter((name) => existsSync(join(source, name, 'meta/_journal.json')));

for (const dialect of dialects) {
  const migrations = readMigrations(join(source, dialect));
  if (options.freeze) freeze(dialect, migrations);
  if (options.check) check(dialect, migrations);
  else embed(dialect, migrations);
}

function readMigrations(folder) {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8'));
  return journal.entries.map(({ tag, when }) => {
    const text = readFileSync(join(folder, `${tag}.sql`), 'utf8');
    if (text.includes('\r'))
      throw new Error(`${tag}.sql has Windows line endings: its hash would not be the published one.`);
    // Exactly what drizzle's own migrator hashes, and where it cuts.
    const hash = createHash('sha256').update(text).digest('hex');
    const statements = text.split('--> statement-breakpoint').map((statement) => statement.trim());
    return { tag, createdAt: when, hash, statements };
  });
}

function embed(dialect, migrations) {
  const file = moduleFile(dialect);
  const text = render(dialect, migrations);
  mkdirSync(join(file, '..'), { recursive: true });
  // An unchanged file keeps its time, so that watchers and caches stay quiet.
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  const copy = join(packageFolder, 'migrations', dialect);
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(source, dialect), copy, { recursive: true });
}

function check(dialect, migrations) {
  const file = moduleFile(dialect);
  if (existsSync(file) && readFileSync(file, 'utf8') === render(dialect, migrations)) return;
  console.error(`src/migrate/generated/${dialect}.ts is stale: build @sisyphus-state/schema and commit it.`);
  process.exitCode = 1;
}

function freeze(dialect, migrations) {
  const file = join(source, 'frozen.json');
  const frozen = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const known = frozen[dialect] ?? {};
  for (const { tag, hash } of migrations) known[tag] ??= hash;
  writeFileSync(file, `${JSON.stringify({ ...frozen, [dialect]: known }, null, 2)}\n`);
}

function moduleFile(dialect) {
  return join(packageFolder, 'src/migrate/generated', `${dialect}.ts`);
}

function render(dialect, migrations) {
  return `// Written by scripts/embed-migrations.mjs from migrations/${dialect}; do not edit.
import type { EmbeddedMigration } from '../embedded-migration.js';

export const ${dialect}Migrations: readonly EmbeddedMigration[] = [
${migrations.map(renderMigration).join('\n')}
];
`;
}

function renderMigration({ tag, createdAt, hash, statements }) {
  return `  {
    tag: ${JSON.stringify(tag)},
    createdAt: ${createdAt},
    hash: ${JSON.stringify(hash)},
    statements: [
${statements.map((statement) => `      ${JSON.stringify(statement)},`).join('\n')}
    ],
  },`;
}
