import { type RunResult, WorkflowExecutor, WorkflowFailedError } from '@sisyphus-state/executor';
import { type OpenStoreOptions, RunNotFoundError, type WorkflowStore } from '@sisyphus-state/store';
import { type CrashPoint, crashAt } from '@sisyphus-state/testing';
import { effectHandler } from '../support/effect-handler.mjs';
import { markCompletions } from './mark-completions.js';
import { mortal } from './mortal.js';
import type { World } from './world.js';

/** How a process ended: it crashed, or it saw the run's end. */
export interface LifeEnd {
  readonly crashed: boolean;
  readonly result: RunResult | null;
  readonly error: unknown;
  /** The verbs of its writes. */
  readonly verbs: readonly string[];
}

/** Where a process stops: at a write, or inside a handler, between its n-th effect and anything that follows. */
export type DeathPoint = CrashPoint | { readonly effect: number };

/** What a process is like. */
export interface Life {
  readonly name: string;
  readonly point: DeathPoint;
  readonly fault?: Fault;
}

/** What a mutant puts in the place of what is promised: a store of its own, or something between the engine and the store. */
export interface Fault {
  readonly open?: (location: string, options: OpenStoreOptions) => Promise<WorkflowStore>;
  readonly between?: (store: WorkflowStore) => WorkflowStore;
}

/** A crash point that is never reached. */
export const never: CrashPoint = { call: Number.POSITIVE_INFINITY, moment: 'before' };

/**
 * A process's life: opens the database with a handle of its own, runs or resumes the run to its end, and dies at its point.
 *
 * A run that fails is mended and resumed once. After a crash nothing of this life goes on, and its identity counts as dead.
 */
export async function live(world: World, { name, point, fault = {} }: Life): Promise<LifeEnd> {
  const { processes, effects } = world;
  const identity = processes.identityOf(name);
  const { open, between = (store) => store } = fault;
  const options = { identity, isDead: processes.isDead, durability: 'process' } as const;
  const opened = await (open === undefined ? world.open(options) : open(world.location, options));
  const process = mortal(markCompletions(opened, effects));
  const store = crashAt(process.store, 'effect' in point ? never : point);
  const isOver = (): boolean => store.hasCrashed || process.isDead();
  const afterEffect = dieAt('effect' in point ? point.effect : null, process.die);
  const handler = effectHandler({ effects, isOver, afterEffect, mended: () => world.mended });
  const workflows = [world.workflow];
  const settings = { worker: name, leaseMs: 600_000, parkAfterMs: 1, workflows };
  const executor = new WorkflowExecutor(between(store), [handler], settings);
  const session = runToEnd(executor, world).then(
    (result) => ({ crashed: false, result, error: null }),
    (error: unknown) => ({ crashed: false, result: null, error }),
  );
  const crash = Promise.race([store.crashed, process.dead]).then(() => ({ crashed: true, result: null, error: null }));
  try {
    return { ...(await Promise.race([session, crash])), verbs: store.verbs };
  } finally {
    processes.kill(name);
    await opened.close();
  }
}

function dieAt(effect: number | null, die: () => void): () => void {
  let effects = 0;
  return () => {
    effects += 1;
    if (effects === effect) die();
  };
}

/** Runs or resumes the world's run, and once more after it failed. */
export async function runToEnd(executor: WorkflowExecutor, world: World): Promise<RunResult> {
  try {
    return await begin(executor, world);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || world.mended) throw error;
    world.mended = true;
    return executor.resume(world.runId);
  }
}

async function begin(executor: WorkflowExecutor, world: World): Promise<RunResult> {
  const { runId, workflow, input, forkOf } = world;
  try {
    await sendSignals(executor, world);
    return await executor.resume(runId);
  } catch (error) {
    if (!(error instanceof RunNotFoundError)) throw error;
    if (forkOf !== null) return fork(executor, world, forkOf);
    // A commit of a process that was killed may arrive just now: then the key finds its run.
    const { result } = await executor.start(workflow, input, { runId, idempotencyKey: runId });
    await sendSignals(executor, world);
    return result();
  }
}

/** Forks the run from its source once that has failed, and what was wrong with it is mended. */
async function fork(
  executor: WorkflowExecutor,
  world: World,
  { runId: sourceId, from }: NonNullable<World['forkOf']>,
): Promise<RunResult> {
  const { runId, workflow, input } = world;
  const source = await executor.state(sourceId);
  if (source?.status !== 'failed') {
    const begun = source === null ? executor.execute(workflow, input, { runId: sourceId }) : executor.resume(sourceId);
    const end = await begun.catch((error: unknown) => error);
    if (!(end instanceof WorkflowFailedError)) throw end;
  }
  world.mended = true;
  return (await executor.fork(sourceId, { from, runId, idempotencyKey: runId })).result();
}

/** Sends what was not sent yet: the log says what was. */
async function sendSignals(executor: WorkflowExecutor, { runId, signals }: World): Promise<void> {
  if (signals.length === 0) return;
  const sent = (await executor.events(runId)).filter(({ type }) => type === 'signal_received').length;
  for (const { name, payload } of signals.slice(sent)) await executor.signal(runId, name, payload);
}
