import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callHandler, rejectionOf } from '../test-support/call-handler.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { file } from './file.js';

/** Reads a file with some content; `given` is added to the step. */
function readOf(content: string | Buffer, given: object = {}): Promise<unknown> {
  const root = temporaryFolder();
  writeFileSync(join(root, 'data'), content);
  return callHandler(file, { action: 'read', root, path: 'data', ...given });
}

test.each(['', 'text', 'grüße 💥\r\n\0', '\uFEFFwith a mark'])('the text %j is read as it is', async (text) => {
  expect(await readOf(text)).toEqual({ path: 'data', bytes: Buffer.byteLength(text), content: text });
});

test('bytes are read as base64', async () => {
  const bytes = Buffer.from([0, 255, 254, 10]);
  expect(await readOf(bytes, { encoding: 'base64' })).toEqual({
    path: 'data',
    bytes: 4,
    content: bytes.toString('base64'),
  });
});

test('bytes that are no text are refused as text', async () => {
  expect(await rejectionOf(readOf(Buffer.from([0x61, 0xff])))).toMatchObject({
    code: 'FILE_NOT_TEXT',
    retryable: false,
  });
});

test('JSON is read as a value, also with a byte order mark', async () => {
  expect(await readOf('{"a":[null]}', { json: true })).toEqual({ path: 'data', bytes: 12, json: { a: [null] } });
  expect(await readOf('\uFEFF0', { json: true })).toMatchObject({ json: 0 });
  expect(await rejectionOf(readOf('{', { json: true }))).toMatchObject({ code: 'FILE_NOT_JSON', retryable: false });
});

test('a file may have as many bytes as allowed, and no more', async () => {
  expect(await readOf('12345', { maxBytes: 5 })).toMatchObject({ content: '12345' });
  const error = await rejectionOf(readOf('123456', { maxBytes: 5 }));
  expect(error).toMatchObject({ code: 'FILE_TOO_LARGE', retryable: false, details: { path: 'data', maxBytes: 5 } });
});

test('a file of several reads is put together; 1 MiB is allowed by itself', async () => {
  const mebibyte = 'abcdefgh'.repeat(131_072);
  expect(await readOf(mebibyte)).toMatchObject({ bytes: 1_048_576, content: mebibyte });
  expect(await rejectionOf(readOf(`${mebibyte}x`))).toMatchObject({ code: 'FILE_TOO_LARGE' });
});

test.runIf(process.platform === 'linux')('a file that says it is empty is read to its end', async () => {
  const read = await callHandler(file, { action: 'read', root: '/proc/self', path: 'status' });
  expect(read).toMatchObject({ content: expect.stringMatching(/^Name:/) });
});

test.each([
  ['what does not exist', 'nowhere', 'FILE_NOT_FOUND'],
  ['what is below nothing', 'nowhere/x', 'FILE_NOT_FOUND'],
  ['a folder', 'folder', 'FILE_NOT_A_FILE'],
  ['the root', '.', 'FILE_NOT_A_FILE'],
  ['what is below a file', 'data/x', 'FILE_PATH_INVALID'],
  ['a circle of links', 'circle', 'FILE_PATH_INVALID'],
  ['a name that is too long', 'x'.repeat(300), 'FILE_PATH_INVALID'],
  ['a link to nothing', 'dangling', 'FILE_NOT_FOUND'],
  ['what is outside', '../x', 'FILE_OUTSIDE_ROOT'],
  // Opening it as a file would wait for a writer for ever.
  ['a pipe', 'pipe', 'FILE_NOT_A_FILE'],
])('%s cannot be read', async (_, path, code) => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'data'), '');
  symlinkSync('circle', join(root, 'circle'));
  symlinkSync('nowhere', join(root, 'dangling'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const error = await rejectionOf(callHandler(file, { action: 'read', root, path }));
  expect(error).toMatchObject({ code, retryable: false });
});
