import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder, and how to remove it with all that is in it. */
export function temporaryFolder(): {
  readonly path: (...parts: readonly string[]) => string;
  readonly remove: () => void;
} {
  const root = mkdtempSync(join(tmpdir(), 'sisyphus-store-'));
  return { path: (...parts) => join(root, ...parts), remove: () => rmSync(root, { recursive: true, force: true }) };
}
