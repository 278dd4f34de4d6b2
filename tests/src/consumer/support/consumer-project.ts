import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type Result } from 'execa';
import { repositoryRoot } from '../../docs/support/repository.js';
import type { Tarball } from './pack-packages.js';
import { pnpm } from './pnpm.js';

/** An empty project outside the workspace, in which packages are installed as anybody would install them. */
export interface ConsumerProject {
  readonly folder: string;
  write(name: string, text: string): void;
  run(command: string, ...args: readonly string[]): Promise<Result>;
  /** What the compiler says; empty when nothing is wrong. */
  typeCheck(options?: Readonly<Record<string, unknown>>): Promise<string>;
  remove(): void;
}

/** What a project installs. */
export interface Wanted {
  /** Names of packages of ours; they and what they need of ours come from the tarballs. */
  readonly ours: readonly string[];
  /** Packages of the registry, with their ranges. */
  readonly others?: Readonly<Record<string, string>>;
  /** Packages that are taken from a folder of this workspace, for the project and for all that need them. */
  readonly linked?: Readonly<Record<string, string>>;
}

/** Makes a project and installs what it wants; peers are installed only when they are asked for. */
export async function createConsumerProject(
  tarballs: readonly Tarball[],
  { ours, others = {}, linked = {} }: Wanted,
): Promise<ConsumerProject> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sisyphus-consumer-')));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const packed = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  const links = Object.fromEntries(Object.entries(linked).map(([name, from]) => [name, `link:${realOf(from)}`]));
  const overrides = { ...packed, ...links };
  const dependencies = { ...Object.fromEntries(ours.map((name) => [name, packed[name]])), ...others, ...links };
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }));
  // JSON is YAML.
  const settings = { overrides, autoInstallPeers: false, strictPeerDependencies: false, strictDepBuilds: false };
  write('pnpm-workspace.yaml', JSON.stringify(settings));
  await pnpm(folder, 'install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile');
  const run: ConsumerProject['run'] = (command, ...args) =>
    execa(command, args, { cwd: folder, preferLocal: true, localDir: folder, reject: false, env: consumerEnv(folder) });
  return {
    folder,
    write,
    run,
    typeCheck: async (options = {}) => {
      write(
        'tsconfig.json',
        JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, include: ['*.ts'] }),
      );
      const { stdout } = await run(
        'node',
        join(repositoryRoot, 'node_modules/typescript/bin/tsc'),
        '--pretty',
        'false',
      );
      return String(stdout);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function realOf(path: string): string {
  return realpathSync(join(repositoryRoot, path));
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  outDir: 'out',
};

/** A home of its own, and nothing that names a database. */
function consumerEnv(home: string): Record<string, string | undefined> {
  return { HOME: home, SISYPHUS_DB: undefined, DATABASE_URL: undefined, NO_COLOR: '1', FORCE_COLOR: undefined };
}
