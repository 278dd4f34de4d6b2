import {
  chmodSync,
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
import { repositoryRoot, sisyphusBin } from './repository.js';

/** A reader's machine: an empty home, a working folder with this checkout's files, and `sisyphus` on the path. */
export interface ReaderHome {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

const visible = ['examples', 'docs', 'README.md'];

/** Makes one; nothing of this machine's own settings or databases is visible in it. */
export function createReaderHome(): ReaderHome {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sisyphus-reader-')));
  const cwd = join(home, 'work');
  const bin = join(home, 'bin');
  for (const folder of [cwd, bin]) mkdirSync(folder);
  for (const name of visible) {
    const from = join(repositoryRoot, name);
    if (existsSync(from)) symlinkSync(from, join(cwd, name));
  }
  writeScript(join(bin, 'sisyphus'), `exec "${process.execPath}" "${sisyphusBin}" "$@"`);
  // `npx -y pnpm@12 -s sisyphus …` is the same program, built first; here it is built.
  writeScript(
    join(bin, 'npx'),
    'test "$1 $2 $3 $4" = "-y pnpm@12 -s sisyphus" || exit 64\nshift 4\nexec sisyphus "$@"',
  );
  const { SISYPHUS_DB: _db, DATABASE_URL: _url, FORCE_COLOR: _color, ...inherited } = process.env;
  const env = { ...inherited, HOME: home, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, CI: 'true' };
  return { cwd, env, remove: () => rmSync(home, { recursive: true, force: true }) };
}

function writeScript(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
