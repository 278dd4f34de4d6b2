import { join } from 'node:path';
import { type ExecutorOptions, WorkflowExecutor } from '@sisyphus-state/executor';
import type { PlainHandler } from '@sisyphus-state/handlers';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach } from 'vitest';
import * as draft from '../../migrations/fixtures/draft.mjs';
import { useTempFolder } from '../../support/temp-folder.js';

export type Handlers = Readonly<Record<string, PlainHandler>>;

/** A store and an executor of this project, on a file of their own. */
export interface Ours {
  readonly file: string;
  readonly store: WorkflowStore;
  readonly executor: (handlers: Handlers, options?: ExecutorOptions) => WorkflowExecutor;
}

/** The draft's store and executor, on a file of their own: what they do wrong is what a test shows first. */
export interface Draft {
  readonly file: string;
  readonly store: draft.WorkflowStore;
  readonly executor: (handlers: Handlers) => draft.WorkflowExecutor;
}

/** Makes both worlds for a test; they are closed after it. */
export function useTwoWorlds(): () => Promise<{ readonly draft: Draft; readonly ours: Ours }> {
  const closings: (() => unknown)[] = [];
  // Hooks run last to first: the stores are closed before their folder goes.
  const tempFolder = useTempFolder();
  afterEach(async () => {
    for (const close of closings.splice(0)) await close();
  });
  return async () => {
    const folder = tempFolder();
    const [oldFile, file] = [join(folder, 'draft.db'), join(folder, 'ours.db')];
    const old = new draft.WorkflowStore(oldFile);
    const store = await openStore(file);
    closings.push(
      () => old.close(),
      () => store.close(),
    );
    return {
      draft: { file: oldFile, store: old, executor: (handlers) => new draft.WorkflowExecutor(old, asTheirs(handlers)) },
      ours: { file, store, executor: (handlers, options) => new WorkflowExecutor(store, handlers, options) },
    };
  };
}

/** The draft hands a step over as it is written: an object with an id, a type and whatever else. */
function asTheirs(handlers: Handlers): Record<string, draft.DraftHandler> {
  return Object.fromEntries(
    Object.entries(handlers).map(([type, handler]) => [type, (step, context) => handler({ ...step }, context)]),
  );
}

/** A workflow of the draft: steps one after the other, each of a type that is called as the step. */
export function chain(...ids: readonly string[]) {
  return { name: 'chain', steps: ids.map((id) => ({ id, type: id })) };
}
