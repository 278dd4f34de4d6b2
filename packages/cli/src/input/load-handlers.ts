import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  builtinHandlers,
  createRegistry,
  HandlerInvalidError,
  type HandlerRegistry,
  type HandlerSource,
} from '@sisyphus-state/handlers';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { UsageError } from '../errors/usage-error.js';
import { handlersOf } from './handlers-of-module.js';
import { describeLoadFailure } from './load-failure.js';

/** The handlers a command works with, and which module brought which. */
export interface LoadedHandlers {
  readonly registry: HandlerRegistry;
  /** The module that brought a type, as it was named; `built in` for ours. */
  readonly originOf: (type: string) => string;
}

/**
 * Loads the modules that `--handlers` names, beside the built-in handlers.
 *
 * A name is a path from the working folder (`./mail.mjs`) or a package installed there. Throws `HANDLERS_UNLOADABLE`,
 * `HANDLER_INVALID`, and `HANDLER_DUPLICATE` when two bring the same type.
 */
export async function loadHandlers(names: readonly string[], cwd: string): Promise<LoadedHandlers> {
  const origins = new Map<string, string>(builtinHandlers.map(({ type }) => [type, 'built in']));
  const sources: HandlerSource[] = [builtinHandlers];
  for (const name of names) {
    const module = registryOf(await importModule(name, cwd), name);
    for (const { type } of module.list()) if (!origins.has(type)) origins.set(type, name);
    sources.push(module);
  }
  return { registry: createRegistry(...sources), originOf: (type) => origins.get(type) ?? 'built in' };
}

function registryOf(module: Readonly<Record<string, unknown>>, name: string): HandlerRegistry {
  const sources = handlersOf(module, name);
  try {
    return createRegistry(...sources);
  } catch (cause) {
    if (!(cause instanceof HandlerInvalidError)) throw cause;
    throw new HandlerInvalidError(`The module ${name} exports what is no handler. ${cause.message}`, { module: name });
  }
}

async function importModule(name: string, cwd: string): Promise<Readonly<Record<string, unknown>>> {
  const url = locate(name, cwd);
  try {
    return await import(url);
  } catch (cause) {
    throw new UsageError(
      'HANDLERS_UNLOADABLE',
      `The handlers ${name} can't be loaded: ${describeLoadFailure(cause, url)}`,
      {
        cause,
        details: { module: name, url },
      },
    );
  }
}

/** A path when it looks like one or is one; else a package, found as if it were imported from the working folder. */
function locate(name: string, cwd: string): string {
  const path = resolve(cwd, name);
  const isPath = /^(\.{0,2}[\\/]|\.{1,2}$|[a-z]:[\\/])/i.test(name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true) return pathToFileURL(path).href;
  if (isPath)
    throw missing(name, found === undefined ? `There is no file ${path}.` : `${path} is a folder: name a file in it.`);
  try {
    return resolvePackage(name, pathToFileURL(join(cwd, 'package.json')).href);
  } catch (cause) {
    throw missing(name, `It is neither a file nor a package that is installed in ${cwd}.`, cause);
  }
}

function missing(name: string, why: string, cause?: unknown): UsageError {
  return new UsageError('HANDLERS_UNLOADABLE', `The handlers ${name} can't be found. ${why}`, {
    cause,
    details: { module: name },
  });
}
