import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder with these files in it; gone when the test is over. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/**
 * Three shell steps that each append a line to `effects`; the second waits until there is a file `go`.
 *
 * A program that its killed parent left behind ends with the folder: it looks for it.
 */
export const gated = `name: gated
steps:
  - { id: first, type: shell, with: { command: sh, args: [-c, 'echo "first $SISYPHUS_ATTEMPT" >> effects'] } }
  - id: second
    type: shell
    with:
      command: sh
      args: [-c, 'echo "second $SISYPHUS_ATTEMPT" >> effects; while test -e effects -a ! -e go; do sleep 0.02; done; echo opened']
  - { id: third, type: shell, with: { command: sh, args: [-c, 'echo "third $SISYPHUS_ATTEMPT" >> effects'] } }
output: "\${{ steps.second.output.stdout }}"
`;

/** Lets the second step of `gated` go on. */
export function openGate(folder: string): void {
  appendFileSync(join(folder, 'go'), '');
}

/** What the steps of `gated` did, in order. */
export function effectsIn(folder: string): readonly string[] {
  const path = join(folder, 'effects');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}
