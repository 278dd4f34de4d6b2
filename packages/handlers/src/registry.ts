import { checkHandler, HandlerInvalidError } from './check-handler.js';
import { HandlerError } from './errors.js';
import type { Delivery, Handler, PlainHandler } from './handler.js';

/** Shared by all copies of this package, so that each knows the others' registries. */
const REGISTRY_MARK: unique symbol = Symbol.for('sisyphus-state.registry');

/** Handlers as they are handed to an executor: a list, a record by type, or a registry. */
export type HandlerSource = readonly Handler[] | Readonly<Record<string, Handler | PlainHandler>> | HandlerRegistry;

/** A handler and how to call it. A plain function has version 1 and is delivered at least once. */
export type RegisteredHandler = RegisteredDefined | RegisteredPlain;

/** A handler made by `defineHandler`. */
export interface RegisteredDefined {
  readonly type: string;
  readonly version: number;
  readonly kind: 'defined';
  readonly delivery: Delivery;
  readonly handler: Handler;
}

/** A plain function, registered under the type it was given in a record. */
export interface RegisteredPlain {
  readonly type: string;
  readonly version: number;
  readonly kind: 'plain';
  readonly delivery: Delivery;
  readonly handler: PlainHandler;
}

/** One handler a type; never changes once it was made by `createRegistry`. */
export interface HandlerRegistry {
  /** No object is a registry only because it has the same methods: a record may hold handlers called `get` and `list`. */
  readonly [REGISTRY_MARK]: true;
  /** The handler of a type, or `null`. */
  get(type: string): RegisteredHandler | null;
  has(type: string): boolean;
  /** All of them, in the order they were given. */
  list(): readonly RegisteredHandler[];
}

/** Two different handlers were given for one type: code `HANDLER_DUPLICATE`. */
export class HandlerDuplicateError extends HandlerError {
  constructor(type: string) {
    super(`Two handlers were given for the type "${type}". Leave one out, or give one of them another type.`, {
      code: 'HANDLER_DUPLICATE',
      retryable: false,
      details: { type },
    });
  }
}

/**
 * Puts handlers from several places together, checking each (`HANDLER_INVALID`) and refusing a second one for a type
 * (`HANDLER_DUPLICATE`); the very same handler may come twice.
 */
export function createRegistry(...sources: readonly HandlerSource[]): HandlerRegistry {
  const byType = new Map<string, RegisteredHandler>();
  for (const registered of sources.flatMap(registeredIn)) {
    const earlier = byType.get(registered.type);
    if (earlier !== undefined && earlier.handler !== registered.handler) {
      throw new HandlerDuplicateError(registered.type);
    }
    byType.set(registered.type, earlier ?? registered);
  }
  const all = Object.freeze([...byType.values()]);
  return Object.freeze({
    [REGISTRY_MARK]: true as const,
    get: (type: string) => byType.get(type) ?? null,
    has: (type: string) => byType.has(type),
    list: () => all,
  });
}

function registeredIn(source: HandlerSource): readonly RegisteredHandler[] {
  if (isList(source)) return source.map(defined);
  if (isRegistry(source)) return source.list();
  if (!isRecord(source)) {
    throw new HandlerInvalidError(
      'Handlers come as an array, as a plain object by type, or as a registry; this is none of them.',
    );
  }
  return Object.entries(source).map(([type, handler]) =>
    typeof handler === 'function' ? plain(type, handler) : definedAs(type, handler),
  );
}

function defined(handler: Handler): RegisteredDefined {
  if (typeof handler === 'function') {
    throw new HandlerInvalidError(
      "A plain function has no type of its own: give it in an object, { 'my-type': fn }, not in an array.",
    );
  }
  checkHandler(handler);
  return Object.freeze({
    type: handler.type,
    version: handler.version ?? 1,
    kind: 'defined',
    delivery: handler.delivery ?? 'at-least-once',
    handler,
  });
}

function definedAs(key: string, handler: Handler): RegisteredDefined {
  const registered = defined(handler);
  if (registered.type === key) return registered;
  throw new HandlerInvalidError(
    `The handler given as "${key}" says that its type is "${registered.type}". Give it under its own type, or in an array.`,
    { key, type: registered.type },
  );
}

function plain(type: string, handler: PlainHandler): RegisteredPlain {
  if (type.trim() === '') {
    throw new HandlerInvalidError('A plain function was given under an empty type. Give it the type that steps name.');
  }
  return Object.freeze({ type, version: 1, kind: 'plain', delivery: 'at-least-once', handler });
}

// Array.isArray alone does not narrow a readonly array.
function isList(source: HandlerSource): source is readonly Handler[] {
  return Array.isArray(source);
}

function isRegistry(source: HandlerSource): source is HandlerRegistry {
  return typeof source === 'object' && source !== null && REGISTRY_MARK in source;
}

// A Map or an instance has no entries to read: it would be an empty registry without a word.
function isRecord(source: unknown): boolean {
  if (typeof source !== 'object' || source === null) return false;
  const prototype: unknown = Object.getPrototypeOf(source);
  return prototype === Object.prototype || prototype === null;
}
