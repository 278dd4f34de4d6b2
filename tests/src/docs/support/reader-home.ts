import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles, repositoryRoot, sisyphusBin } from './repository.js';

/** A reader's machine: an empty home, a working folder with this checkout's files, its packages installed, and `sisyphus` on the path. */
export interface ReaderHome {
  readonly cwd: string;
  /** A folder that looks like this checkout, for what is done in one: files made in it are not made here. */
  readonly checkout: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

const visible = ['examples', 'docs', 'README.md'];

/** Makes one; nothing of this machine's own settings or databases is visible in it. */
export function createReaderHome(): ReaderHome {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sisyphus-reader-')));
  const [cwd, checkout, bin] = [join(home, 'work'), join(home, 'checkout'), join(home, 'bin')];
  for (const folder of [cwd, checkout, bin]) mkdirSync(folder);
  for (const name of visible) {
    const from = join(repositoryRoot, name);
    if (existsSync(from)) symlinkSync(from, join(cwd, name));
  }
  for (const name of new Set([...listFiles().map((file) => file.split('/')[0] ?? ''), 'node_modules']))
    symlinkSync(join(repositoryRoot, name), join(checkout, name));
  installPackages(join(home, 'node_modules', '@sisyphus-state'));
  writeScript(join(bin, 'sisyphus'), `exec "${process.execPath}" "${sisyphusBin}" "$@"`);
  copyFileSync(fileURLToPath(new URL('./npx.sh', import.meta.url)), join(bin, 'npx'));
  chmodSync(join(bin, 'npx'), 0o755);
  const { SISYPHUS_DB: _db, DATABASE_URL: _url, FORCE_COLOR: _color, ...inherited } = process.env;
  const env = { ...inherited, HOME: home, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, CI: 'true' };
  return { cwd, checkout, env, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Above the working folder, where Node finds them and no listing shows them. */
function installPackages(scope: string): void {
  mkdirSync(scope, { recursive: true });
  const names = listFiles().flatMap((file) => /^packages\/([^/]+)\/package\.json$/.exec(file)?.[1] ?? []);
  for (const name of names) symlinkSync(join(repositoryRoot, 'packages', name), join(scope, name));
}

function writeScript(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
