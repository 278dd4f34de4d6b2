import { type Handler, HandlerInvalidError, type HandlerSource } from '@sisyphus-state/handlers';
import { holdsWorkflows } from './workflows-of-module.js';

const wanted =
  'Its default export (or, without one, any of its named exports) must be a handler made by defineHandler, an array of ' +
  "handlers, or an object of functions by type: export default { 'my-type': (step, context) => result }.";

/** The handlers that a module exports, or `HANDLER_INVALID`: by its default export, unless there is none or it is a workflow; then by its named ones. */
export function handlersOf(module: Readonly<Record<string, unknown>>, name: string): readonly HandlerSource[] {
  const { default: main } = module;
  const isNamed = main === undefined || (!isHandlers(main) && holdsWorkflows(main));
  if (!isNamed) return [handlersIn(main, name)];
  // Beside its handlers a package exports helpers, classes and types: those are passed over.
  const found = Object.values(module).filter(isHandlers).map(asSource);
  if (found.length === 0) throw invalid(name, nothingIn(Object.values(module)));
  return found;
}

function handlersIn(exported: unknown, name: string): HandlerSource {
  if (isHandlers(exported)) return asSource(exported);
  if (typeof exported === 'function')
    throw invalid(name, 'exports a function, and a function does not say which type it handles');
  throw invalid(
    name,
    Array.isArray(exported) ? 'exports an array with something else than handlers' : 'exports no handlers',
  );
}

/** What `createRegistry` marks a registry with, whichever copy of the package made it. */
const registryMark = Symbol.for('sisyphus-state.registry');

/** What a module may export as handlers. A plain function is none: nothing says which type it is for. */
type Handlers = Handler | readonly Handler[] | Exclude<HandlerSource, readonly Handler[]>;

function isHandlers(value: unknown): value is Handlers {
  if (isHandler(value)) return true;
  if (Array.isArray(value)) return value.length > 0 && value.every(isHandler);
  if (typeof value !== 'object' || value === null) return false;
  if (registryMark in value) return true;
  const entries = Object.values(value);
  return entries.length > 0 && entries.every((entry) => typeof entry === 'function' || isHandler(entry));
}

function asSource(handlers: Handlers): HandlerSource {
  return isHandler(handlers) ? [handlers] : handlers;
}

/** Only whether it means to be one: whether it is a right one is for `createRegistry` to say, and why not. */
function isHandler(value: unknown): value is Handler {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'run' in value
  );
}

function nothingIn(exported: readonly unknown[]): string {
  if (exported.length === 0) return 'exports nothing';
  if (exported.some(holdsWorkflows)) return 'exports workflows, which --workflows takes, and no handlers';
  if (exported.every((value) => typeof value === 'function'))
    return 'exports only functions, and a function does not say which type it handles';
  return 'exports no handlers';
}

function invalid(name: string, what: string): HandlerInvalidError {
  return new HandlerInvalidError(`The module ${name} ${what}. ${wanted}`, { module: name });
}
