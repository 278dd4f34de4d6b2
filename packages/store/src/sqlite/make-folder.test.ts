import { statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { makeFolder } from './make-folder.js';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

describe('makeFolder', () => {
  it('makes every folder that is missing, each private to the user', () => {
    const inner = folder.path('a/b/c');
    makeFolder(inner);
    for (const made of [inner, dirname(inner), dirname(dirname(inner))]) {
      expect(statSync(made).isDirectory()).toBe(true);
      expect(statSync(made).mode & 0o777).toBe(0o700);
    }
  });

  it('leaves a folder that is there as it is', () => {
    makeFolder(folder.path('a'));
    makeFolder(folder.path('a'));
    makeFolder('/');
    expect(statSync(folder.path('a')).isDirectory()).toBe(true);
  });

  it('says so where a file stands in the way', () => {
    writeFileSync(folder.path('file'), '');
    expect(() => makeFolder(folder.path('file/inner'))).toThrow(/ENOTDIR/);
  });

  it.runIf(process.platform === 'linux')('comes back from a place where none can be made', () => {
    expect(() => makeFolder('/proc/self/sisyphus/inner')).toThrow(/ENOENT/);
  });
});
