import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { folderWith } from './flows.js';

const executor = dirname(createRequire(import.meta.url).resolve('@sisyphus-state/executor/package.json'));

/** A new folder with these files in it, in which the executor is installed; gone when the test is over. */
export function codeFolderWith(files: Readonly<Record<string, string>>): string {
  const cwd = folderWith(files);
  const scope = join(cwd, 'node_modules', '@sisyphus-state');
  mkdirSync(scope, { recursive: true });
  symlinkSync(executor, join(scope, 'executor'), 'dir');
  return cwd;
}

/**
 * `gated` as code: each step appends a line to `effects`; the second waits until there is a file `go`, and the step in the
 * other run comes last.
 */
export const gatedCode = `import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { defineWorkflow } from '@sisyphus-state/executor';

const effect = (name, { attempt }) => appendFileSync('effects', name + ' ' + attempt + '\\n');

export const third = defineWorkflow({ name: 'third' }, (ctx) => ctx.step('third', (run) => effect('third', run)));

export default defineWorkflow({ name: 'gated', version: 3 }, async (ctx) => {
  const drawn = ctx.random();
  await ctx.step('first', (run) => effect('first', run));
  const again = await ctx.step('second', async (run) => {
    effect('second', run);
    while (existsSync('effects') && !existsSync('go')) await delay(20);
    return drawn;
  });
  await ctx.call('third', third);
  return again === drawn ? 'opened' : 'another number was drawn';
});
`;
