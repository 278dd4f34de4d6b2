import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the whole checkout. */
export const repositoryRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** The program behind `sisyphus`, as it is built here. */
export const sisyphusBin = join(repositoryRoot, 'packages/cli/bin/sisyphus.mjs');

/** Every file that is or is about to be in the repository: what git tracks, and what it does not ignore. */
export function listFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\0'))]
    .filter((file) => file !== '' && existsSync(join(repositoryRoot, file)))
    .sort();
}

/** The documents whose snippets are checked. */
export function listDocuments(): readonly string[] {
  return listFiles().filter((file) =>
    /^([^/]+|docs\/.+|(packages|contrib)\/[^/]+\/README|examples\/README)\.md$/.test(file),
  );
}
