import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Block, placeOf } from './markdown.js';
import { listFiles, repositoryRoot } from './repository.js';

const drizzleKit = join(repositoryRoot, 'node_modules/drizzle-kit/bin.cjs');
const execFileAsync = promisify(execFile);

/** A folder in which snippets are type-checked together, and compiled so that some can be run. */
export interface SnippetProject {
  readonly folder: string;
  /** What the compiler says, each complaint with its place in the document; empty when nothing is wrong. */
  check(): Promise<readonly string[]>;
  /** The compiled form of a snippet; `check` makes it. */
  compiled(block: Block): string;
  remove(): void;
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  rootDir: 'src',
  outDir: 'out',
};

/** Lays snippets out as a consumer's project: modules of their own that find every package this repository has. */
export function createSnippetProject(blocks: readonly Block[]): SnippetProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sisyphus-snippets-')));
  mkdirSync(join(folder, 'src'));
  linkPackages(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  const byName = new Map(blocks.map((block) => [nameOf(block), block]));
  // A snippet without an import would be a script, whose names clash with those of others.
  for (const [name, { text }] of byName) writeFileSync(join(folder, 'src', name), `${text}\nexport {};\n`);
  return {
    folder,
    check: () => compile(folder, byName),
    compiled: (block) => join(folder, 'out', nameOf(block).replace(/\.ts$/, '.js')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function nameOf(block: Block): string {
  return `${block.file.replace(/\W+/g, '-')}-L${block.line}.${block.language === 'ts' ? 'ts' : 'js'}`;
}

async function compile(folder: string, byName: ReadonlyMap<string, Block>): Promise<readonly string[]> {
  if (byName.size === 0) return [];
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  try {
    await execFileAsync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder });
    return [];
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    return (said.length > 0 ? said : [String(error)]).map((line) => inDocument(line, byName));
  }
}

/** `src/README-md-L12.ts(3,5): error …` as `README.md:15:5 error …`. */
function inDocument(complaint: string, byName: ReadonlyMap<string, Block>): string {
  const {
    name = '',
    line = '',
    column = '',
    said = '',
  } = /^src\/(?<name>[^(]+)\((?<line>\d+),(?<column>\d+)\): (?<said>.*)$/.exec(complaint)?.groups ?? {};
  const block = byName.get(name);
  if (block === undefined) return complaint;
  return `${placeOf({ ...block, line: block.line + Number(line) })}:${column} ${said}`;
}

/** This repository's packages, and everything the tests and the root depend on: what a reader would install. */
function linkPackages(target: string): void {
  mkdirSync(target);
  for (const file of listFiles()) {
    const folder = /^(packages|contrib)\/[^/]+(?=\/package\.json$)/.exec(file)?.[0];
    if (folder === undefined) continue;
    const { name } = JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8'));
    mkdirSync(dirname(join(target, name)), { recursive: true });
    linkOnce(join(repositoryRoot, folder), join(target, name));
  }
  // Not a link: what stands in there finds its program by where it is itself.
  mkdirSync(join(target, '.bin'));
  writeFileSync(join(target, '.bin/drizzle-kit'), `#!/bin/sh\nexec node "${drizzleKit}" "$@"\n`, { mode: 0o755 });
  for (const source of ['tests/node_modules', 'node_modules']) {
    const from = join(repositoryRoot, source);
    for (const name of readdirSync(from)) {
      if (name.startsWith('.')) continue;
      if (name.startsWith('@')) linkScope(join(from, name), join(target, name));
      else linkOnce(join(from, name), join(target, name));
    }
  }
}

function linkScope(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) linkOnce(join(from, name), join(to, name));
}

function linkOnce(from: string, to: string): void {
  if (!existsSync(to)) symlinkSync(realpathSync(from), to);
}
