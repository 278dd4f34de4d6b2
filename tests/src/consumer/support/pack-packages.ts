import { repositoryRoot } from '../../docs/support/repository.js';
import { pnpm } from './pnpm.js';

/** A package as it would be published. */
export interface Tarball {
  readonly name: string;
  readonly file: string;
  /** What is in it, relative to the package's folder. */
  readonly paths: readonly string[];
}

/** Packs every package that is published into a folder. They must be built. */
export async function packPackages(folder: string): Promise<readonly Tarball[]> {
  const filters = ['--filter', './packages/*', '--filter', './contrib/*'];
  const said = await pnpm(repositoryRoot, ...filters, '-r', 'pack', '--pack-destination', folder, '--json');
  // What `pnpm pack --json` writes for several packages.
  const packed = JSON.parse(said) as { name: string; filename: string; files: { path: string }[] }[];
  return packed.map(({ name, filename, files }) => ({
    name,
    file: filename,
    paths: files.map(({ path }) => path),
  }));
}
