import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const drivers = ['better-sqlite3', 'bun:sqlite', 'pg', 'drizzle-orm/better-sqlite3', 'drizzle-orm/bun-sqlite'];

test('the root of the schema package imports no other package, so it loads neither Drizzle nor a driver', () => {
  expect([...packagesOf('@sisyphus-state/schema')]).toEqual([]);
});

test('the SQLite tables and migrations import Drizzle and no driver', () => {
  const packages = [...packagesOf('@sisyphus-state/schema/sqlite')];
  expect(packages).toContain('drizzle-orm/sqlite-core');
  expect(packages.filter((name) => drivers.includes(name))).toEqual([]);
});

/** All packages that an entry point's built modules import, however deep; node's own modules aside. */
function packagesOf(entry: string): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import) ?\(?'([^']+)'/g)) {
      if (specifier.startsWith('.')) visit(join(dirname(file), specifier));
      else if (!specifier.startsWith('node:')) found.add(specifier);
    }
  };
  visit(fileURLToPath(import.meta.resolve(entry)));
  return found;
}
