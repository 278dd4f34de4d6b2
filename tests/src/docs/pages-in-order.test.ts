import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startPostgres } from '../support/postgres-server.js';
import { readBlocks } from './support/markdown.js';
import { createReaderHome } from './support/reader-home.js';
import { createSnippetProject } from './support/snippet-project.js';
import { type Walk, walkPage } from './support/walk-page.js';
import { strayInWalk, walkedPages } from './support/walked-page.js';

const timeoutMs = 300_000;

test.each(walkedPages)('every block of %s is run, written down, or says why not', (page) => {
  expect(
    readBlocks(page)
      .map(strayInWalk)
      .filter((stray) => stray !== null),
  ).toEqual([]);
});

test.each(walkedPages)(
  '%s holds to the letter, on a real file and a real server',
  async (page) => {
    const blocks = readBlocks(page);
    const walk = await prepareWalk(page);
    await walkPage(blocks, walk);
  },
  timeoutMs,
);

async function prepareWalk(page: string): Promise<Walk> {
  // Roles belong to a whole server: never to one that somebody else uses.
  vi.stubEnv('DATABASE_URL', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  const superuser = new URL((await server.createDatabase()).url);

  const code = readBlocks(page).filter(({ language, unchecked }) => ['ts', 'js'].includes(language) && !unchecked);
  const project = createSnippetProject(code);
  onTestFinished(() => project.remove());
  expect(await project.check()).toEqual([]);

  const home = createReaderHome();
  onTestFinished(() => home.remove());
  symlinkSync(join(project.folder, 'node_modules'), join(home.cwd, 'node_modules'));
  writeFileSync(join(home.cwd, 'package.json'), '{ "type": "module" }');
  return { home, project, server: superuser.host, env: { SUPERUSER_URL: superuser.href } };
}
