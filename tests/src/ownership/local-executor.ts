import { type ExecutorOptions, WorkflowExecutor } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { deadlineOf } from '../support/deadline.js';
import { effectHandler } from '../support/effect-handler.mjs';
import { holdHandler } from '../support/hold-handler.mjs';

export type HandlerEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** An executor of this process with the handlers of a worker process. */
export interface LocalExecutor {
  readonly executor: WorkflowExecutor;
  /** Lets a held handler return. */
  release(key: string, value?: unknown): void;
  /** The next event of this name that was not taken yet: `entered`, `aborted`. */
  next(event: string): Promise<HandlerEvent>;
}

export function localExecutor(store: WorkflowStore, effects: string, options: ExecutorOptions = {}): LocalExecutor {
  const held = new Map<string, (value: unknown) => void>();
  const events: HandlerEvent[] = [];
  const waiters: { readonly event: string; readonly resolve: (event: HandlerEvent) => void }[] = [];
  const tell = (event: string, facts: Readonly<Record<string, unknown>>): void => {
    const index = waiters.findIndex((waiter) => waiter.event === event);
    if (index === -1) events.push({ event, ...facts });
    else waiters.splice(index, 1)[0]?.resolve({ event, ...facts });
  };
  const handlers = [effectHandler({ effects }), holdHandler({ effects, held, tell })];
  return {
    executor: new WorkflowExecutor(store, handlers, options),
    release: (key, value) => held.get(key)?.(value),
    next: (event) => {
      const index = events.findIndex((past) => past.event === event);
      const [past] = index === -1 ? [] : events.splice(index, 1);
      if (past !== undefined) return Promise.resolve(past);
      return deadlineOf(`event "${event}"`, new Promise((resolve) => waiters.push({ event, resolve })));
    },
  };
}
