import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { callHandler, rejectionOf } from '../test-support/call-handler.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { createFileHandler, file } from './file.js';

/** A folder with one of each kind, and a secret beside it. */
function makeRoot(): string {
  const folder = temporaryFolder();
  const root = join(folder, 'root');
  mkdirSync(join(root, 'folder'), { recursive: true });
  writeFileSync(join(root, 'file'), 'content');
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync('file', join(root, 'link'));
  symlinkSync('nowhere', join(root, 'dangling'));
  symlinkSync('../secret', join(root, 'out'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  return root;
}

test.each([
  ['file', { path: 'file', exists: true, kind: 'file' }],
  ['link', { path: 'file', exists: true, kind: 'file' }],
  ['folder', { path: 'folder', exists: true, kind: 'folder' }],
  ['.', { path: '.', exists: true, kind: 'folder' }],
  ['pipe', { path: 'pipe', exists: true, kind: 'other' }],
  ['nowhere', { path: 'nowhere', exists: false, kind: null }],
  ['dangling', { path: 'nowhere', exists: false, kind: null }],
  ['file/below', { path: 'file/below', exists: false, kind: null }],
])('whether %j exists is told', async (path, output) => {
  expect(await callHandler(file, { action: 'exists', root: makeRoot(), path })).toEqual(output);
});

test('what is outside is not even looked for', async () => {
  const root = makeRoot();
  for (const path of ['out', '../secret', '../nowhere', '/etc/passwd']) {
    const error = await rejectionOf(callHandler(file, { action: 'exists', root, path }));
    expect(error).toMatchObject({ code: 'FILE_OUTSIDE_ROOT' });
  }
});

test('a delete removes a file, and a second one has nothing to do', async () => {
  const root = makeRoot();
  const step = { action: 'delete', root, path: 'file' };
  expect(await callHandler(file, step)).toEqual({ path: 'file', deleted: true });
  expect(existsSync(join(root, 'file'))).toBe(false);
  expect(await callHandler(file, step)).toEqual({ path: 'file', deleted: false });
});

test('a delete of a link removes the link, not what it points to', async () => {
  const root = makeRoot();
  for (const path of ['link', 'dangling', 'out']) {
    expect(await callHandler(file, { action: 'delete', root, path })).toEqual({ path, deleted: true });
    expect(() => lstatSync(join(root, path))).toThrow('ENOENT');
  }
  expect(readFileSync(join(root, 'file'), 'utf8')).toBe('content');
  expect(readFileSync(join(root, '../secret'), 'utf8')).toBe('secret');
});

test.each([
  ['a folder', 'folder', 'FILE_NOT_A_FILE'],
  ['the root', '.', 'FILE_NOT_A_FILE'],
  ['a pipe', 'pipe', 'FILE_NOT_A_FILE'],
  ['what is outside', '../secret', 'FILE_OUTSIDE_ROOT'],
])('%s cannot be deleted', async (_, path, code) => {
  const root = makeRoot();
  expect(await rejectionOf(callHandler(file, { action: 'delete', root, path }))).toMatchObject({
    code,
    retryable: false,
  });
  expect(existsSync(join(root, path))).toBe(true);
});

test('without a root it is the working directory', async () => {
  const read = await callHandler(file, { action: 'read', path: 'package.json' });
  expect(read).toMatchObject({ content: readFileSync('package.json', 'utf8') });
  expect(await rejectionOf(callHandler(file, { action: 'read', path: '/etc/passwd' }))).toMatchObject({
    code: 'FILE_OUTSIDE_ROOT',
    details: { root: process.cwd() },
  });
});

test('a handler with a root of its own works there, and no step can choose another', async () => {
  const root = makeRoot();
  const handler = createFileHandler({ root, type: 'file.docs' });
  expect(handler.type).toBe('file.docs');
  expect(await callHandler(handler, { action: 'read', path: 'file' })).toMatchObject({ content: 'content' });
  expect(await rejectionOf(callHandler(handler, { action: 'read', path: '../secret' }))).toMatchObject({
    code: 'FILE_OUTSIDE_ROOT',
  });
  const other = await rejectionOf(callHandler(handler, { action: 'read', path: 'secret', root: join(root, '..') }));
  expect(other).toMatchObject({ code: 'HANDLER_INPUT_INVALID', message: expect.stringContaining('"root"') });
});

test('a relative root counts from where the handler was made', async () => {
  const root = makeRoot();
  const before = process.cwd();
  const handler = createFileHandler({ root: relative(before, root) });
  process.chdir(temporaryFolder());
  try {
    expect(handler.type).toBe('file');
    expect(await callHandler(handler, { action: 'read', path: 'file' })).toMatchObject({ content: 'content' });
  } finally {
    process.chdir(before);
  }
});

test('a handler without a root cannot be made', () => {
  expect(() => createFileHandler({ root: '' })).toThrow(expect.objectContaining({ code: 'HANDLER_INVALID' }));
});
