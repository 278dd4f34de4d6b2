import { type RunResult, WorkflowExecutor, WorkflowFailedError } from '@sisyphus-state/executor';
import { openStore, RunNotFoundError, type WorkflowStore } from '@sisyphus-state/store';
import { type CrashPoint, crashAt } from '@sisyphus-state/testing';
import { effectHandler } from '../support/effect-handler.mjs';
import { markCompletions } from './mark-completions.js';
import type { World } from './world.js';

/** How a process ended: it crashed, or it saw the run's end. */
export interface LifeEnd {
  readonly crashed: boolean;
  readonly result: RunResult | null;
  readonly error: unknown;
  /** The verbs of its writes. */
  readonly verbs: readonly string[];
}

/** What a process is like. */
export interface Life {
  readonly name: string;
  readonly point: CrashPoint;
  /** Puts something between the engine and the store: the mutants. */
  readonly mutate?: (store: WorkflowStore) => WorkflowStore;
}

/** A crash point that is never reached. */
export const never: CrashPoint = { call: Number.POSITIVE_INFINITY, moment: 'before' };

/**
 * A process's life: opens the file with a handle of its own, runs or resumes the run to its end, and dies at its point.
 *
 * A run that fails is mended and resumed once. After a crash nothing of this life goes on, and its identity counts as dead.
 */
export async function live(world: World, { name, point, mutate = (store) => store }: Life): Promise<LifeEnd> {
  const { processes, effects } = world;
  const identity = processes.identityOf(name);
  const file = await openStore(world.file, { identity, isDead: processes.isDead, durability: 'process' });
  const store = crashAt(mutate(markCompletions(file, effects)), point);
  const handler = effectHandler({ effects, isOver: () => store.hasCrashed, mended: () => world.mended });
  const executor = new WorkflowExecutor(store, [handler], { worker: name, leaseMs: 600_000 });
  const session = runToEnd(executor, world).then(
    (result) => ({ crashed: false, result, error: null }),
    (error: unknown) => ({ crashed: false, result: null, error }),
  );
  const crash = store.crashed.then(() => ({ crashed: true, result: null, error: null }));
  try {
    return { ...(await Promise.race([session, crash])), verbs: store.verbs };
  } finally {
    processes.kill(name);
    await file.close();
  }
}

/** Runs or resumes the world's run, and once more after it failed. */
async function runToEnd(executor: WorkflowExecutor, world: World): Promise<RunResult> {
  try {
    return await begin(executor, world);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || world.mended) throw error;
    world.mended = true;
    return executor.resume(world.runId);
  }
}

async function begin(executor: WorkflowExecutor, { runId, workflow, input }: World): Promise<RunResult> {
  try {
    return await executor.resume(runId);
  } catch (error) {
    if (!(error instanceof RunNotFoundError)) throw error;
    return executor.execute(workflow, input, { runId });
  }
}
