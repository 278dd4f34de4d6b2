import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { UsageError } from '../errors/usage-error.js';
import { divertOutput } from '../terminal/divert-output.js';
import { describeLoadFailure } from './load-failure.js';

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** What a module is named for: how messages call it, and the code of one that can't be had. */
export interface ModuleRole {
  readonly word: 'handlers' | 'workflows';
  readonly code: 'HANDLERS_UNLOADABLE' | 'WORKFLOWS_UNLOADABLE';
}

const extensions = /\.[cm]?[jt]s$/i;

/** Tells a file that is a module (`.js`, `.mjs`, `.cjs`, and the same of TypeScript) from one that is a workflow as data. */
export function isModuleFile(file: string): boolean {
  return extensions.test(file);
}

/** A file as a module is named: never taken for a package. */
export function asModuleName(file: string): string {
  return isPath(file) ? file : `./${file}`;
}

/**
 * Loads a module: a path from the working folder (`./mail.mjs`), or a package installed there. Throws the role's code.
 *
 * What it prints while it is loaded goes to stderr: stdout begins with a run's id, or is JSON.
 */
export async function importModule(name: string, cwd: string, role: ModuleRole): Promise<ModuleExports> {
  const url = locate(name, cwd, role);
  const restore = divertOutput(process.stdout, (line) => process.stderr.write(`${line}\n`));
  try {
    return await settled(import(url));
  } catch (cause) {
    throw new UsageError(role.code, `The ${role.word} ${name} can't be loaded: ${describeLoadFailure(cause, url)}`, {
      cause,
      details: { module: name, url },
    });
  } finally {
    restore();
  }
}

/** A module may wait at its top for what never comes: then this process would just end. */
async function settled(loading: Promise<ModuleExports>): Promise<ModuleExports> {
  let onEmpty = (): void => undefined;
  const stuck = new Promise<never>((_, reject) => {
    onEmpty = () => reject(new Error('it waits for something that never comes (an `await` outside of functions).'));
  });
  process.once('beforeExit', onEmpty);
  try {
    return await Promise.race([loading, stuck]);
  } finally {
    process.off('beforeExit', onEmpty);
  }
}

/** A path when it looks like one or is one; else a package, found as if it were imported from the working folder. */
function locate(name: string, cwd: string, role: ModuleRole): string {
  const path = resolve(cwd, name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true) return pathToFileURL(path).href;
  if (isPath(name)) {
    const why = found === undefined ? `There is no file ${path}.` : `${path} is a folder: name a file in it.`;
    throw missing(name, role, why);
  }
  try {
    return resolvePackage(name, pathToFileURL(join(cwd, 'package.json')).href);
  } catch (cause) {
    throw missing(name, role, `It is neither a file nor a package that is installed in ${cwd}.`, cause);
  }
}

function isPath(name: string): boolean {
  return /^(\.{0,2}[\\/]|\.{1,2}$|[a-z]:[\\/])/i.test(name);
}

function missing(name: string, { word, code }: ModuleRole, why: string, cause?: unknown): UsageError {
  return new UsageError(code, `The ${word} ${name} can't be found. ${why}`, { cause, details: { module: name } });
}
