import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Block } from './markdown.js';
import { createReaderHome, type ReaderHome } from './reader-home.js';
import { walkPage } from './walk-page.js';
import { strayInWalk } from './walked-page.js';

/** A block as a page has it: ```` ```sh run ````. */
function block(info: string, text: string): Block {
  const [language = '', ...marks] = info.split(' ');
  return { file: 'page.md', line: 1, language, marks: new Set(marks), unchecked: null, text: `${text}\n` };
}

function readerHome(): ReaderHome {
  const home = createReaderHome();
  onTestFinished(() => home.remove());
  return home;
}

async function walk(blocks: readonly Block[], home = readerHome()): Promise<void> {
  const project = { folder: home.cwd, check: async () => [], compiled: () => 'program.mjs', remove: () => undefined };
  await walkPage(blocks, { home, project, server: '127.0.0.1:1', env: { GIVEN: 'given' } });
}

describe('a page that is walked through', () => {
  test('has one folder and one environment for all its blocks, in which the server is where it really is', async () => {
    await walk([
      block('sh run', 'echo kept > file.txt; export NAME="a b" URL=postgres://localhost:5432/app'),
      block('js file=program.mjs', 'console.log(process.env.NAME, process.env.URL, process.env.GIVEN);'),
      block('js run', ''),
      block('text output', 'a b postgres://127.0.0.1:1/app given'),
      block('sh run', 'cat file.txt; echo "$NAME"'),
      block('text output', 'kept\na b'),
    ]);
  });

  test('does in a checkout what is said to be done there', async () => {
    const home = readerHome();
    await walk([block('sh run in=checkout', 'test -f drizzle.config.ts; touch made-here.txt')], home);
    expect([existsSync(join(home.checkout, 'made-here.txt')), existsSync(join(home.cwd, 'made-here.txt'))]).toEqual([
      true,
      false,
    ]);
  });

  test('asks a file what its SQL asks, and changes what it changes', async () => {
    const home = readerHome();
    new Database(join(home.cwd, 'some.db')).exec('CREATE TABLE a (b)').close();
    await walk([block('sql on=some.db', 'INSERT INTO a VALUES (1);\n\n-- All.\nSELECT b\nFROM a;')], home);
    await walk([block('sql on=some.db empty', 'SELECT b FROM a WHERE b = 2;')], home);
  });

  test.each([
    ['a command that fails', [block('sh run', 'echo said >&2; false')], /page\.md:1\s+said/],
    ['a command before the last that fails', [block('sh run', 'false\ntrue')], /page\.md:1/],
    ['a variable that nothing set', [block('sh run', 'echo "$NOTHING"')], /NOTHING/],
    ['another output', [block('sh run', 'echo one'), block('text output', 'two')], /two/],
    ['a program that fails', [block('js file=program.mjs', 'throw 7;'), block('js run', '')], /page\.md:1/],
    ['SQL on a file that is not there', [block('sql on=none.db', 'SELECT 1;')], /unable to open/],
    ['SQL on a server that is not there', [block('sql on=postgres://u@localhost:5432/a', 'SELECT 1;')], /ECONNREFUSED/],
  ] as const)('fails over %s', async (_, blocks, message) => {
    await expect(walk(blocks)).rejects.toThrow(message);
  });

  test.each([
    ['a statement that is refused', 'INSERT INTO nowhere VALUES (1);', /no such table: nowhere/],
    ['a question without an answer', 'SELECT 1;\nSELECT b FROM a;', /a question without an answer/],
  ])('fails over %s', async (_, text, message) => {
    const home = readerHome();
    new Database(join(home.cwd, 'some.db')).exec('CREATE TABLE a (b)').close();
    await expect(walk([block('sql on=some.db', text)], home)).rejects.toThrow(message);
  });
});

test.each([
  ['sh', true],
  ['sh run', false],
  ['sql', true],
  ['sql on=a.db', false],
  ['sql file=a.sql', false],
  ['ts', false],
  ['text output', false],
  ['yaml', true],
])('a block of %j is left out of the walk: %s', (info, isStray) => {
  expect(strayInWalk(block(info, '')) !== null).toBe(isStray);
});
