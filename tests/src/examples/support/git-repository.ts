import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A repository made for a test: who commits and when is fixed, and no setting of this machine reaches it. */
export interface GitRepository {
  readonly folder: string;
  /** Commits with this message, which may be empty; a file makes each commit another one. */
  commit(message: string): void;
  git(...args: readonly string[]): string;
}

const identity = { NAME: 'Merope Atlas', EMAIL: 'merope@example.org', DATE: '2024-02-29T12:00:00Z' };

const env = {
  ...process.env,
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(identity).map(([what, value]) => [`GIT_${role}_${what}`, value]),
    ),
  ),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** Makes an empty repository with the branch `main`. */
export function createRepository(folder: string, messages: readonly string[] = []): GitRepository {
  mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  let number = 0;
  const commit = (message: string): void => {
    writeFileSync(join(folder, 'number.txt'), String(++number));
    git('add', '.');
    git('commit', '--quiet', '--allow-empty-message', '--message', message);
  };
  for (const message of messages) commit(message);
  return { folder, commit, git };
}
