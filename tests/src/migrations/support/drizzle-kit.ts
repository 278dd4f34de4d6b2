import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export const repositoryRoot = fileURLToPath(new URL('../../../..', import.meta.url));

const bin = join(repositoryRoot, 'node_modules/.bin/drizzle-kit');

/** Runs drizzle-kit as a person would; what it printed, both streams together. */
export async function drizzleKit(
  args: readonly string[],
  options: { cwd?: string; database?: string } = {},
): Promise<string> {
  const env = options.database === undefined ? {} : { DATABASE_URL: options.database };
  const { all } = await execa(bin, args, { cwd: options.cwd ?? repositoryRoot, env, all: true });
  return all;
}
