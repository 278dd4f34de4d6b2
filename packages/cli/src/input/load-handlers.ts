import {
  builtinHandlers,
  createRegistry,
  HandlerInvalidError,
  type HandlerRegistry,
  type HandlerSource,
} from '@sisyphus-state/handlers';
import { handlersOf } from './handlers-of-module.js';
import { importModule, type ModuleExports, type ModuleRole } from './import-module.js';

/** The handlers a command works with, and which module brought which. */
export interface LoadedHandlers {
  readonly registry: HandlerRegistry;
  /** The module that brought a type, as it was named; `built in` for ours. */
  readonly originOf: (type: string) => string;
}

const role: ModuleRole = { word: 'handlers', code: 'HANDLERS_UNLOADABLE' };

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
    const module = registryOf(await importModule(name, cwd, role), name);
    for (const { type } of module.list()) if (!origins.has(type)) origins.set(type, name);
    sources.push(module);
  }
  return { registry: createRegistry(...sources), originOf: (type) => origins.get(type) ?? 'built in' };
}

function registryOf(module: ModuleExports, name: string): HandlerRegistry {
  const sources = handlersOf(module, name);
  try {
    return createRegistry(...sources);
  } catch (cause) {
    if (!(cause instanceof HandlerInvalidError)) throw cause;
    throw new HandlerInvalidError(`The module ${name} exports what is no handler. ${cause.message}`, { module: name });
  }
}
