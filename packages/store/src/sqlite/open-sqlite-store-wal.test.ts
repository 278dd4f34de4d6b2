import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, newRun } from '../test-support/sample-changes.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { openSqliteStore } from './open-sqlite-store.js';

const mebibyte = 1024 * 1024;
const input = json('x'.repeat(mebibyte - 100));

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

/** Commits so many runs of a mebibyte each and returns how large the log is after each of them. */
async function logSizes(commits: number): Promise<readonly number[]> {
  const path = folder.path('state.db');
  const store = await openSqliteStore(path, { durability: 'process' });
  const sizes: number[] = [];
  for (let commit = 0; commit < commits; commit++) {
    // No two bodies are the same: the same one is kept once.
    await store.createRuns([newRun({ input: json(`${commit} ${input}`) })]);
    sizes.push(statSync(`${path}-wal`).size / mebibyte);
  }
  await store.close();
  return sizes;
}

describe('the write-ahead log', () => {
  it('is moved into the file every 16 MiB: neither at every fourth, nor never (pitfall 31)', async () => {
    const sizes = await logSizes(40);
    expect(sizes[12]).toBeGreaterThan(12);
    expect(Math.max(...sizes)).toBeLessThan(20);
  });
});
