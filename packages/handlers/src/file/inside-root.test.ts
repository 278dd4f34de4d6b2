import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { rejectionOf } from '../test-support/call-handler.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { placeInside } from './inside-root.js';

/** `root/` with a folder and a file in it, and `outside/` with a secret beside it. */
function makeHouse(): { readonly root: string; readonly outside: string } {
  const folder = temporaryFolder();
  const [root, outside] = [join(folder, 'root'), join(folder, 'outside')];
  for (const each of [root, join(root, 'sub'), outside]) mkdirSync(each);
  writeFileSync(join(root, 'file'), 'in');
  writeFileSync(join(outside, 'secret'), 'out');
  return { root, outside };
}

test.each([
  ['file', 'file'],
  ['./sub/../file', 'file'],
  ['sub/new/deep', 'sub/new/deep'],
  ['..file', '..file'],
  ['sub/...', 'sub/...'],
  ['.', '.'],
  ['file/below', 'file/below'],
  ['nowhere/../file', 'file'],
])('%j is inside, as %j', async (path, shown) => {
  const { root } = makeHouse();
  expect(await placeInside(root, path)).toEqual({ shown, real: join(root, shown) });
});

test('an absolute path may lead inside', async () => {
  const { root } = makeHouse();
  expect(await placeInside(root, join(root, 'sub/x'))).toEqual({ shown: 'sub/x', real: join(root, 'sub/x') });
});

test.each([
  ['a way up', '../outside/secret'],
  ['a longer way up', 'sub/../../outside/secret'],
  ['a way far up', '../../../../../../../../etc/passwd'],
  ['an absolute path', '/etc/passwd'],
  ['the parent', '..'],
  ['the root of all', '/'],
])('%s leads outside', async (_, path) => {
  const { root } = makeHouse();
  const refused = { code: 'FILE_OUTSIDE_ROOT', retryable: false, details: { path, root } };
  expect(await rejectionOf(placeInside(root, path))).toMatchObject(refused);
});

test('a folder whose name begins like the root is outside', async () => {
  const { root } = makeHouse();
  expect(await rejectionOf(placeInside(root, `${root}-too/x`))).toMatchObject({ code: 'FILE_OUTSIDE_ROOT' });
});

test.each([
  ['a file', (outside: string) => join(outside, 'secret'), 'link'],
  ['a folder', (outside: string) => outside, 'link/secret'],
  ['a folder, from which something new is named', (outside: string) => outside, 'link/new/file'],
  ['nothing yet', (outside: string) => join(outside, 'new'), 'link'],
  ['nothing yet, below nothing', (outside: string) => join(outside, 'a/b/c'), 'link'],
  ['a folder, by a relative way', () => '../outside', 'link/secret'],
  ['another link that leads outside', () => 'second', 'link'],
])('a link to %s outside is refused', async (_, target, path) => {
  const { root, outside } = makeHouse();
  symlinkSync(target(outside), join(root, 'link'));
  symlinkSync('../outside/new', join(root, 'second'));
  expect(await rejectionOf(placeInside(root, path))).toMatchObject({ code: 'FILE_OUTSIDE_ROOT' });
});

test('links inside are followed, to what is there and to what is not', async () => {
  const { root } = makeHouse();
  symlinkSync('file', join(root, 'to-file'));
  symlinkSync(join(root, 'sub'), join(root, 'to-sub'));
  symlinkSync('../to-sub/new', join(root, 'sub/to-new'));
  expect(await placeInside(root, 'to-file')).toMatchObject({ shown: 'file' });
  expect(await placeInside(root, 'to-sub/x')).toMatchObject({ shown: 'sub/x' });
  expect(await placeInside(root, 'to-sub/to-new')).toMatchObject({ shown: 'sub/new' });
});

test('a link out and in again is inside', async () => {
  const { root } = makeHouse();
  symlinkSync(join('..', basename(root), 'file'), join(root, 'link'));
  expect(await placeInside(root, 'link')).toMatchObject({ shown: 'file' });
});

test('links in a circle are the system’s own error', async () => {
  const { root } = makeHouse();
  symlinkSync('b', join(root, 'a'));
  symlinkSync('a', join(root, 'b'));
  expect(await rejectionOf(placeInside(root, 'a'))).toMatchObject({ code: 'ELOOP' });
  expect(await rejectionOf(placeInside(root, 'a/x'))).toMatchObject({ code: 'ELOOP' });
});

test('a link itself can be meant, wherever it leads; the folder it is in must be inside', async () => {
  const { root, outside } = makeHouse();
  symlinkSync(outside, join(root, 'link'));
  expect(await placeInside(root, 'link', false)).toEqual({ shown: 'link', real: join(root, 'link') });
  expect(await rejectionOf(placeInside(root, 'link/secret', false))).toMatchObject({ code: 'FILE_OUTSIDE_ROOT' });
});

test('the root may be a link, and then names with it are inside', async () => {
  const { root } = makeHouse();
  const alias = join(dirname(root), 'alias');
  symlinkSync(root, alias);
  expect(await placeInside(alias, 'file')).toEqual({ shown: 'file', real: join(root, 'file') });
  expect(await placeInside(alias, join(alias, 'sub'))).toMatchObject({ shown: 'sub' });
});

test('a root that is no folder is told from a file that is missing', async () => {
  const { root } = makeHouse();
  for (const wrong of [join(root, 'nowhere'), join(root, 'file')]) {
    const error = await rejectionOf(placeInside(wrong, 'x'));
    expect(error).toMatchObject({ code: 'FILE_ROOT_NOT_FOUND', retryable: false, details: { root: wrong } });
  }
});

test('with the root of all, all is inside', async () => {
  expect(await placeInside('/', '../../nowhere-at-all/x')).toEqual({
    shown: 'nowhere-at-all/x',
    real: '/nowhere-at-all/x',
  });
});
