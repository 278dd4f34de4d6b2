import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies a dialect's migrations up to and with the one of this name: the folder as an earlier version had it. */
export function copyVersion(migrationsFolder: string, lastTag: string, to: string): string {
  cpSync(migrationsFolder, to, { recursive: true });
  const file = join(to, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8'));
  const last = journal.entries.findIndex(({ tag }: { tag: string }) => tag === lastTag);
  if (last === -1) throw new Error(`There is no migration ${lastTag}.`);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
  return to;
}
