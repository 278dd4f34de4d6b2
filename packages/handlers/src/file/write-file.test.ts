import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { callHandler, rejectionOf } from '../test-support/call-handler.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { file } from './file.js';

// The real ones, watched: order and failures of the disk cannot be brought about otherwise.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return { ...real, open: vi.fn(real.open), rename: vi.fn(real.rename) };
});

beforeEach(() => {
  vi.clearAllMocks();
});

function write(root: string, given: object, signal = new AbortController().signal): Promise<unknown> {
  return callHandler(file, { action: 'write', root, path: 'data', ...given }, { signal });
}

const systemError = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall });

const modeOf = (path: string) => statSync(path).mode & 0o777;

test.each(['', 'text', 'grüße 💥\n', '\0'])('%j is written, counted and hashed', async (content) => {
  const root = temporaryFolder();
  expect(await write(root, { content })).toEqual({
    path: 'data',
    bytes: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  expect(readFileSync(join(root, 'data'), 'utf8')).toBe(content);
});

test('bytes are given as base64', async () => {
  const root = temporaryFolder();
  await write(root, { content: 'AP/+Cg==', encoding: 'base64' });
  expect([...readFileSync(join(root, 'data'))]).toEqual([0, 255, 254, 10]);
});

test.each([[0], [null], [false], [''], [[]], [{ a: [1] }]])('the value %j is written as JSON', async (json) => {
  const root = temporaryFolder();
  await write(root, { json });
  const text = readFileSync(join(root, 'data'), 'utf8');
  expect(JSON.parse(text)).toEqual(json);
  expect(text.endsWith('\n')).toBe(true);
});

test('missing folders are created', async () => {
  const root = temporaryFolder();
  expect(await write(root, { path: 'a/b/c.txt', content: 'x' })).toMatchObject({ path: 'a/b/c.txt' });
  expect(readFileSync(join(root, 'a/b/c.txt'), 'utf8')).toBe('x');
});

test('a file is replaced whole and keeps its mode', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'data'), 'a much longer content than the new one');
  chmodSync(join(root, 'data'), 0o751);
  await write(root, { content: 'new' });
  expect(readFileSync(join(root, 'data'), 'utf8')).toBe('new');
  expect(modeOf(join(root, 'data'))).toBe(0o751);
});

test('a new file gets what the umask leaves, or exactly the mode of the step', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'usual'), '');
  await write(root, { content: '' });
  expect(modeOf(join(root, 'data'))).toBe(modeOf(join(root, 'usual')));
  for (const mode of ['0600', '755', '0666']) {
    await write(root, { content: '', mode });
    expect(modeOf(join(root, 'data'))).toBe(Number.parseInt(mode, 8));
  }
});

test('a link inside the root is written through', async () => {
  const root = temporaryFolder();
  symlinkSync('target', join(root, 'data'));
  expect(await write(root, { content: 'x' })).toMatchObject({ path: 'target' });
  expect(await write(root, { content: 'y' })).toMatchObject({ path: 'target' });
  expect(readFileSync(join(root, 'target'), 'utf8')).toBe('y');
});

test('nothing is written through a link that leads outside', async () => {
  const folder = temporaryFolder();
  const root = join(folder, 'root');
  mkdirSync(root);
  symlinkSync('../new', join(root, 'data'));
  symlinkSync('..', join(root, 'up'));
  for (const path of ['data', 'up/new', 'up/a/b', '../new', join(folder, 'new')]) {
    expect(await rejectionOf(write(root, { path, content: 'x' }))).toMatchObject({ code: 'FILE_OUTSIDE_ROOT' });
  }
  expect(readdirSync(folder)).toEqual(['root']);
});

test.each([
  ['a folder', 'folder', 'FILE_NOT_A_FILE'],
  ['a device', '/dev/null', 'FILE_NOT_A_FILE'],
  ['what is below a file', 'file/x', 'FILE_PATH_INVALID'],
  ['what is deep below a file', 'file/x/y', 'FILE_PATH_INVALID'],
  ['a name that is too long', 'x'.repeat(300), 'FILE_PATH_INVALID'],
])('%s cannot be written, and nothing is left behind', async (_, path, code) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'file'), 'kept');
  const root = path.startsWith('/') ? '/dev' : folder;
  expect(await rejectionOf(write(root, { path, content: 'x', mode: '600' }))).toMatchObject({ code, retryable: false });
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['file', 'folder']);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('kept');
});

test('the longest possible name can be written', async () => {
  const root = temporaryFolder();
  await write(root, { path: 'x'.repeat(255), content: 'x' });
  expect(readdirSync(root)).toEqual(['x'.repeat(255)]);
});

test('the bytes are on the disk before the new name is, and the name before the step is done', async () => {
  const root = temporaryFolder();
  const order: string[] = [];
  const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');
  vi.mocked(open).mockImplementation(async (path, ...rest) => {
    const handle: FileHandle = await real.open(path, ...rest);
    const { sync } = handle;
    handle.sync = async () => {
      await sync.call(handle);
      order.push(
        `sync ${String(path)
          .replace(root, '')
          .replace(/[^/]+\.tmp$/, 'temporary')}`,
      );
    };
    return handle;
  });
  vi.mocked(rename).mockImplementation(async (...args) => {
    await real.rename(...args);
    order.push('rename');
  });
  await write(root, { path: 'a/b/data', content: 'x' });
  expect(order).toEqual(['sync /a', 'sync ', 'sync /a/b/temporary', 'rename', 'sync /a/b']);
  vi.mocked(open).mockImplementation(real.open);
  vi.mocked(rename).mockImplementation(real.rename);
});

test('a full disk keeps the old file and leaves nothing behind; the policy may try again', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'data'), 'old');
  vi.mocked(rename).mockRejectedValueOnce(systemError('ENOSPC', 'rename'));
  const error = await rejectionOf(write(root, { content: 'new' }));
  expect(error).toMatchObject({ code: 'FILE_IO', retryable: null, details: { errno: 'ENOSPC' } });
  expect(readdirSync(root)).toEqual(['data']);
  expect(readFileSync(join(root, 'data'), 'utf8')).toBe('old');
});

test('an abort after the bytes were written keeps the old file and leaves nothing behind', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'data'), 'old');
  const controller = new AbortController();
  const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');
  vi.mocked(open).mockImplementationOnce(async (...args) => {
    controller.abort(new Error('cancelled'));
    return real.open(...args);
  });
  expect(await rejectionOf(write(root, { content: 'new' }, controller.signal))).toBe(controller.signal.reason);
  expect(open).toHaveBeenCalledOnce();
  expect(readdirSync(root)).toEqual(['data']);
  expect(readFileSync(join(root, 'data'), 'utf8')).toBe('old');
});

test('an attempt that is already aborted touches nothing', async () => {
  const root = temporaryFolder();
  expect(await rejectionOf(write(root, { path: 'a/b', content: '' }, AbortSignal.abort('cancelled')))).toBe(
    'cancelled',
  );
  expect(readdirSync(root)).toEqual([]);
});

test('whoever reads while many write sees one of their contents, whole', async () => {
  const root = temporaryFolder();
  const contents = Array.from({ length: 20 }, (_, index) => String.fromCharCode(97 + index).repeat(300_000));
  await write(root, { content: contents[0] });
  const writing = Promise.all(contents.map((content) => write(root, { content })));
  const state = { done: false };
  const finished = writing.finally(() => {
    state.done = true;
  });
  const seen = new Set<string>();
  while (!state.done) {
    seen.add(readFileSync(join(root, 'data'), 'utf8'));
    await new Promise(setImmediate);
  }
  await finished;
  expect([...seen].filter((each) => !contents.includes(each))).toEqual([]);
  expect(readdirSync(root)).toEqual(['data']);
});
