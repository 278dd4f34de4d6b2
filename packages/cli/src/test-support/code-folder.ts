import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

const executor = dirname(createRequire(import.meta.url).resolve('@sisyphus-state/executor/package.json'));

/** A new folder with these files in it, whose modules can import the executor. */
export function codeFolder(files: Readonly<Record<string, string>>): string {
  const cwd = temporaryFolder(files);
  const scope = join(cwd, 'node_modules', '@sisyphus-state');
  mkdirSync(scope, { recursive: true });
  symlinkSync(executor, join(scope, 'executor'), 'dir');
  return cwd;
}

const importing = "import { defineWorkflow } from '@sisyphus-state/executor';\n";

/** The text of a module that has `defineWorkflow`. */
export function codeModule(text: string): string {
  return `${importing}${text}`;
}
