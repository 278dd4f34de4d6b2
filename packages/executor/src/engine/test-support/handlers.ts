import { createRegistry, defineHandler, type HandlerRegistry, type HandlerRun } from '@sisyphus-state/handlers';

/** What is known of one call of a held handler. */
export interface HeldCall {
  readonly input: unknown;
  readonly run: HandlerRun;
  readonly resolve: (value?: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A registry with a handler `t` whose calls a test ends by hand, and `amo`, the same at most once. */
export function heldHandlers(): { readonly registry: HandlerRegistry; readonly calls: HeldCall[] } {
  const calls: HeldCall[] = [];
  const run = (input: unknown, handlerRun: HandlerRun): Promise<unknown> =>
    new Promise((resolve, reject) => calls.push({ input, run: handlerRun, resolve, reject }));
  const registry = createRegistry([
    defineHandler({ type: 't', run }),
    defineHandler({ type: 'amo', delivery: 'at-most-once', run }),
  ]);
  return { registry, calls };
}
