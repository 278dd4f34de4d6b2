import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { expectAsWritten } from './support/expect-as-written.js';
import { type Block, placeOf, readBlocks } from './support/markdown.js';
import { createReaderHome } from './support/reader-home.js';
import { listDocuments } from './support/repository.js';
import { runProgram } from './support/run-program.js';
import { checkShellBlock } from './support/shell-block.js';
import { createSnippetProject, type SnippetProject } from './support/snippet-project.js';
import { isWalked } from './support/walked-page.js';
import { checkWorkflow, isWorkflow } from './support/workflow-block.js';

const compiledLanguages = ['ts', 'js'];
const runTimeoutMs = 120_000;

const documents = listDocuments();
const blocks = documents.flatMap(readBlocks);
const checked = blocks.filter((block) => block.unchecked === null);
const compiled = checked.filter(({ language }) => compiledLanguages.includes(language));
const runnable = checked.filter(({ marks }) => marks.has('run'));
// The others are run where they stand on their page: pages-in-order.test.ts.
const alone = runnable.filter((block) => !isWalked(block));

describe('every block of the documents', () => {
  test('is of a kind that something checks, or says why it is not', () => {
    const kinds = ['ts', 'js', 'yaml', 'json', 'sh', 'mermaid'];
    const stray = checked
      .filter((block) => !isWalked(block))
      .filter(({ language, marks }) => !kinds.includes(language) && !marks.has('output'));
    expect(stray.map((block) => `${placeOf(block)} (${block.language || 'no language'})`)).toEqual([]);
  });

  test('that is marked `run` is of a kind that can be', () => {
    const stray = runnable.filter(({ language }) => ![...compiledLanguages, 'sh'].includes(language));
    expect(stray.map(placeOf)).toEqual([]);
  });

  test('that shows output follows a block that is run', () => {
    const stray = blocks.filter((block, index) => block.marks.has('output') && !blocks[index - 1]?.marks.has('run'));
    expect(stray.map(placeOf)).toEqual([]);
  });

  test('that is YAML or JSON can be read, and the workflows among them are valid', () => {
    const data = checked.filter(({ language }) => language === 'yaml' || language === 'json');
    expect(data.flatMap((block) => checkData(block).map((fault) => `${placeOf(block)} ${fault}`))).toEqual([]);
  });

  test(
    'that is shell and not run names scripts, commands, options and packages that exist',
    async () => {
      const shell = checked.filter((block) => block.language === 'sh' && !block.marks.has('run') && !isWalked(block));
      const faults = await Promise.all(
        shell.map(async (block) => (await checkShellBlock(block.text)).map((fault) => `${placeOf(block)} ${fault}`)),
      );
      expect(faults.flat()).toEqual([]);
    },
    runTimeoutMs,
  );
});

describe('the code in the documents', () => {
  let project: SnippetProject;
  let complaints: readonly string[];
  beforeAll(async () => {
    project = createSnippetProject(compiled);
    complaints = await project.check();
  }, runTimeoutMs);
  afterAll(() => project.remove());

  test('type-checks, each snippet alone', () => {
    expect(complaints).toEqual([]);
  });

  test.each(
    alone
      .filter(({ language }) => compiledLanguages.includes(language))
      .map((block) => [placeOf(block), block] as const),
  )(
    '%s runs as it says',
    async (_, block) => {
      // A folder inside the project, so that the working folder is empty and packages are found all the same.
      const cwd = join(project.folder, `run-L${block.line}-${documents.indexOf(block.file)}`);
      mkdirSync(cwd);
      const { SISYPHUS_DB: _db, DATABASE_URL: _url, ...inherited } = process.env;
      const env = { ...inherited, HOME: cwd, NO_COLOR: '1' };
      expectAsWritten(
        await runProgram(process.execPath, [project.compiled(block)], { cwd, env }),
        block,
        nextOf(block),
      );
    },
    runTimeoutMs,
  );
});

test.each(alone.filter(({ language }) => language === 'sh').map((block) => [placeOf(block), block] as const))(
  '%s runs as it says',
  async (_, block) => {
    const home = createReaderHome();
    onTestFinished(() => home.remove());
    expectAsWritten(await runProgram('/bin/sh', ['-euc', block.text], home), block, nextOf(block));
  },
  runTimeoutMs,
);

function nextOf(block: Block): Block | undefined {
  return blocks[blocks.indexOf(block) + 1];
}

function checkData({ language, text }: Block): readonly string[] {
  try {
    const value: unknown = language === 'json' ? JSON.parse(text) : parse(text);
    return isWorkflow(value) ? checkWorkflow(text) : [];
  } catch (error) {
    return [String(error)];
  }
}
