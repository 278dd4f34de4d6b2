import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { readNamedFile } from './read-file.js';

it('reads a file by its path from the working folder, and names it as it was named', async () => {
  const cwd = temporaryFolder({ 'flow.yaml': 'name: ü' });
  expect(await readNamedFile('flow.yaml', 'workflow', cwd)).toEqual({ text: 'name: ü', source: 'flow.yaml' });
});

it('says that there is no such file', async () => {
  const reading = readNamedFile('flow.yaml', 'workflow', temporaryFolder());
  await expect(reading).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'The workflow flow.yaml does not exist. Check the path.',
  });
});

it('says that it is a folder', async () => {
  await expect(readNamedFile('.', 'workflow', temporaryFolder())).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'The workflow . is a folder. Name a file in it.',
  });
});

it('says that it is no text', async () => {
  const cwd = temporaryFolder({ 'flow.yaml': Uint8Array.of(0xff, 0xfe, 0x00) });
  await expect(readNamedFile('flow.yaml', 'workflow', cwd)).rejects.toThrow('The workflow flow.yaml is no UTF-8 text.');
});

it.skipIf(process.getuid?.() === 0)('says that it may not be read', async () => {
  const cwd = temporaryFolder({ 'flow.yaml': 'name: x' });
  chmodSync(join(cwd, 'flow.yaml'), 0);
  await expect(readNamedFile('flow.yaml', 'workflow', cwd)).rejects.toThrow('may not be read');
});
