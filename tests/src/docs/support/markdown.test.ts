import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBlocks, readProse } from './markdown.js';
import { repositoryRoot } from './repository.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sisyphus-markdown-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function document(text: string): string {
  const path = join(folder, 'page.md');
  writeFileSync(path, text);
  return relative(repositoryRoot, path);
}

test('blocks are found with their place, language, marks and reason, also in a list and around other fences', () => {
  const page = document(
    [
      'Text `code` text.',
      '```ts run',
      'const a = 1;',
      '```',
      '1. An item:',
      '',
      '   ```sh unchecked="it needs your server"',
      '   ssh server',
      '     indented',
      '   ```',
      '````md',
      '```ts',
      '```',
      '````',
      '',
    ].join('\n'),
  );
  expect(readBlocks(page).map(({ file: _, ...block }) => block)).toEqual([
    { line: 2, language: 'ts', marks: new Set(['run']), unchecked: null, text: 'const a = 1;\n' },
    {
      ...{ line: 7, language: 'sh', marks: new Set() },
      ...{ unchecked: 'it needs your server', text: 'ssh server\n  indented\n' },
    },
    { line: 11, language: 'md', marks: new Set(), unchecked: null, text: '```ts\n```\n' },
  ]);
  expect(readProse(page)).toEqual(['Text `code` text.', '', '', '', '1. An item:', ...Array(10).fill('')]);
});

test('a block that nothing closes is an error that names its line', () => {
  const page = document('# Title\n```ts\nconst a = 1;\n');
  expect(() => readBlocks(page)).toThrow('page.md:2: nothing closes this block.');
});
