import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { expectAsWritten } from './expect-as-written.js';
import { type Block, markOf, placeOf } from './markdown.js';
import type { ReaderHome } from './reader-home.js';
import { type Ended, runProgram } from './run-program.js';
import type { SnippetProject } from './snippet-project.js';

/** Where a page is walked through. */
export interface Walk {
  readonly home: ReaderHome;
  /** Holds the page's code, compiled. */
  readonly project: SnippetProject;
  /** The server that the page says is at `localhost:5432`, as `host:port`. */
  readonly server: string;
  /** What the reader has set before the first block. */
  readonly env: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const sqlProgram = fileURLToPath(new URL('./run-sql.mjs', import.meta.url));
const blockTimeoutMs = 60_000;

/**
 * Does what a page says, block by block, in one folder: what a block exports, writes or makes is there for those after it.
 *
 * `file=NAME` writes a block down under that name. `run` runs shell and code, `in=checkout` in a checkout. `on=NAME` runs SQL
 * on a file of the folder, or on the server whose address that variable holds; each question there must have an answer,
 * unless it is marked `empty`.
 */
export async function walkPage(blocks: readonly Block[], walk: Walk): Promise<void> {
  let env: Environment = { ...walk.home.env, ...walk.env };
  for (const [index, block] of blocks.entries()) {
    if (block.unchecked !== null) continue;
    const here = { ...block, text: block.text.replaceAll('localhost:5432', walk.server) };
    const file = markOf(block, 'file');
    if (file !== null) writeBlock(join(walk.home.cwd, file), here);
    else if (markOf(block, 'on') !== null) await runStatements(here, walk, env);
    else if (block.marks.has('run')) {
      const ended = block.language === 'sh' ? await runShell(here, walk, env) : await runCode(here, walk, env);
      expectAsWritten(ended, block, blocks[index + 1]);
      env = ended.env;
    }
  }
}

function writeBlock(path: string, { text }: Block): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Runs shell as it stands; what it exports is there for the next block. */
async function runShell(block: Block, { home }: Walk, env: Environment): Promise<Ended & { env: Environment }> {
  const exported = join(home.cwd, '..', 'exported');
  const cwd = markOf(block, 'in') === 'checkout' ? home.checkout : home.cwd;
  const text = `${block.text}\nenv -0 > "${exported}"`;
  const ended = await runProgram('/bin/sh', ['-euc', text], { cwd, env, timeoutMs: blockTimeoutMs });
  return { ...ended, env: ended.status === 0 ? readEnvironment(exported) : env };
}

function readEnvironment(file: string): Environment {
  const entries = readFileSync(file, 'utf8')
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]);
  // The shell's own notes of where it was; the next one may be elsewhere.
  const { PWD: _pwd, OLDPWD: _oldPwd, _: _last, ...env } = Object.fromEntries(entries);
  return env;
}

async function runCode(block: Block, { home, project }: Walk, env: Environment): Promise<Ended & { env: Environment }> {
  const program = project.compiled(block);
  return { ...(await runProgram(process.execPath, [program], { cwd: home.cwd, env, timeoutMs: blockTimeoutMs })), env };
}

async function runStatements(block: Block, { home }: Walk, env: Environment): Promise<void> {
  const on = markOf(block, 'on') ?? '';
  const args = [sqlProgram, env[on] ?? on, block.text];
  const ended = await runProgram(process.execPath, args, { cwd: home.cwd, env, timeoutMs: blockTimeoutMs });
  expectAsWritten(ended, block, undefined);
  const found: readonly (number | null)[] = JSON.parse(ended.stdout);
  if (!block.marks.has('empty')) expect(found, `${placeOf(block)}: a question without an answer`).not.toContain(0);
}
