import { basename } from 'node:path';
import { execa } from 'execa';

/** Runs pnpm in a folder and gives its output; throws with all that it said when it fails. */
export async function pnpm(cwd: string, ...args: readonly string[]): Promise<string> {
  const [command, ...before] = pnpmCommand(process.env.npm_execpath);
  const { stdout } = await execa(command, [...before, ...args], { cwd });
  return stdout;
}

/** The pnpm that runs this script, when one does: it need not be installed. Otherwise the one that npx fetches. */
export function pnpmCommand(execPath: string | undefined): readonly [string, ...string[]] {
  const program = basename(execPath ?? '');
  if (execPath === undefined || !/^pnpm(\.[cm]?js|\.exe)?$/.test(program)) return ['npx', '-y', 'pnpm@12'];
  return /js$/.test(program) ? [process.execPath, execPath] : [execPath];
}
