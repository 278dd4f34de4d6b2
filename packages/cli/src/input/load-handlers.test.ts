import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { loadHandlers } from './load-handlers.js';

const greet = "export default { greet: () => 'hi' };";

it('brings the built-in handlers, and says that they are', async () => {
  const { registry, originOf } = await loadHandlers([], '/');
  expect(registry.has('shell')).toBe(true);
  expect(originOf('shell')).toBe('built in');
});

it.each([['./mine.mjs'], ['mine.mjs']])('loads the file %s from the working folder', async (name) => {
  const { registry, originOf } = await loadHandlers([name], temporaryFolder({ 'mine.mjs': greet }));
  expect(registry.get('greet')?.kind).toBe('plain');
  expect(originOf('greet')).toBe(name);
});

it('loads a package installed in the working folder, also one that can only be imported', async () => {
  const cwd = temporaryFolder();
  const folder = join(cwd, 'node_modules', 'handler-mail');
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'handler-mail', type: 'module', exports: { '.': { import: './main.js' } } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'main.js'), "export const mail = { type: 'mail', run: () => null };");
  expect((await loadHandlers(['handler-mail'], cwd)).originOf('mail')).toBe('handler-mail');
});

it('refuses a second handler for a type', async () => {
  const cwd = temporaryFolder({ 'mine.mjs': 'export default { shell: () => null };' });
  await expect(loadHandlers(['./mine.mjs'], cwd)).rejects.toMatchObject({ code: 'HANDLER_DUPLICATE' });
});

it('refuses a handler that is wrong, and says how', async () => {
  const cwd = temporaryFolder({ 'mine.mjs': "export default { type: 'a b', run() {} };" });
  await expect(loadHandlers(['./mine.mjs'], cwd)).rejects.toThrow(
    /^The module \.\/mine\.mjs exports what is no handler\. .*"a b"/,
  );
});

describe('what can not be loaded', () => {
  it.each([
    ['a missing file', './none.mjs', 'There is no file'],
    ['a missing package', 'no-such-package', 'neither a file nor a package'],
    ['a file that throws', './throws.mjs', 'TypeError: not today (/'],
    ['a file that imports what is not there', './imports.mjs', "Cannot find package 'nowhere'"],
    ['a folder', '.', 'is a folder: name a file in it'],
  ])('%s is an error that says why', async (_, name, message) => {
    const cwd = temporaryFolder({
      'throws.mjs': "throw new TypeError('not today');",
      'imports.mjs': "import 'nowhere';",
    });
    const loading = loadHandlers([name], cwd);
    await expect(loading).rejects.toMatchObject({ code: 'HANDLERS_UNLOADABLE' });
    await expect(loading).rejects.toThrow(message);
  });
});
