import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, repositoryRoot, sisyphusBin } from './repository.js';
import { runProgram } from './run-program.js';

/** Words of pnpm's own that documents use. */
const pnpmOwn = ['install', 'exec', '--filter', 'changeset'];

/**
 * Looks at each line of a block that is not run: does the script, the command, the option or the package exist?
 *
 * Lines of other programs are refused: such a block has to be run, or to say why nothing checks it.
 */
export async function checkShellBlock(text: string): Promise<readonly string[]> {
  const faults = await Promise.all(commandsOf(text).map(checkCommand));
  return faults.filter((fault) => fault !== null);
}

function commandsOf(text: string): readonly string[] {
  return text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

async function checkCommand(command: string): Promise<string | null> {
  const words = wordsOf(command);
  const [program, ...rest] = words;
  if (program === 'sisyphus') return checkSisyphus(command, rest);
  if (program === 'npm' && rest[0] === 'install') return checkPackages(command, rest.slice(1));
  if (words.slice(0, 3).join(' ') === 'npx -y pnpm@12') return checkPnpm(command, words.slice(3));
  return `nothing checks \`${command}\`: mark the block \`run\`, or say unchecked="why"`;
}

function checkPnpm(command: string, words: readonly string[]): Promise<string | null> | string | null {
  const [script = '', ...rest] = words.filter((word) => word !== '-s');
  if (script === 'sisyphus') return checkSisyphus(command, rest);
  if (script === 'exec') return checkExecuted(command, rest);
  const { scripts } = readPackage('package.json');
  if (script in scripts || pnpmOwn.includes(script)) return null;
  return `the root has no script "${script}" (\`${command}\`)`;
}

/** `pnpm exec vitest run packages/store`: the paths that are named must be there. */
function checkExecuted(command: string, words: readonly string[]): string | null {
  const files = listFiles();
  const missing = words
    .filter((word) => /^(packages|tests|contrib|examples)\/[^<]*$/.test(word))
    .filter((word) => !files.some((file) => file.startsWith(word)));
  return missing.length === 0 ? null : `there is no ${missing.join(', ')} (\`${command}\`)`;
}

const helps = new Map<string, Promise<string>>();

async function checkSisyphus(command: string, words: readonly string[]): Promise<string | null> {
  const name = words.find((word) => !word.startsWith('-')) ?? '';
  const help = await helpOf(name);
  if (!help.includes(`sisyphus ${name}`)) return `sisyphus has no command "${name}" (\`${command}\`)`;
  const unknown = words
    .filter((word) => word.startsWith('--'))
    .find((option) => !new RegExp(`${option}\\b`).test(help));
  return unknown === undefined ? null : `sisyphus ${name} has no option ${unknown} (\`${command}\`)`;
}

function helpOf(name: string): Promise<string> {
  const known =
    helps.get(name) ??
    runProgram(process.execPath, [sisyphusBin, name, '--help'], { cwd: repositoryRoot }).then(({ stdout }) => stdout);
  helps.set(name, known);
  return known;
}

function checkPackages(command: string, names: readonly string[]): string | null {
  const known = new Set(
    listFiles()
      .filter((file) => file.endsWith('package.json'))
      .flatMap((file) => namesIn(readPackage(file))),
  );
  const unknown = names
    .map((name) => name.replace(/(?<=.)@[\^~\d].*$/, ''))
    .filter((name) => !name.startsWith('-') && !known.has(name));
  return unknown.length === 0 ? null : `nothing here is or depends on ${unknown.join(', ')} (\`${command}\`)`;
}

interface PackageFile {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function namesIn({ name, dependencies = {}, devDependencies = {} }: PackageFile): readonly string[] {
  return [name, ...Object.keys(dependencies), ...Object.keys(devDependencies)];
}

function readPackage(file: string): PackageFile {
  return JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8'));
}

/** The words of a command line; a quoted one stays whole. What is piped on or redirected does not count. */
function wordsOf(command: string): readonly string[] {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const end = words.findIndex((word) => /^[|>&;]/.test(word));
  return (end === -1 ? words : words.slice(0, end)).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}
