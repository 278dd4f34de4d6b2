import { type RunResult, WorkflowExecutor } from '@sisyphus-state/executor';
import { effectHandler } from '../support/effect-handler.mjs';
import { appendEffect, readEffects } from '../support/effects.mjs';
import type { Worker } from '../support/worker.js';
import { type CallerEnd, endingOf } from './ending.js';
import { findViolations } from './find-violations.js';
import type { DeathPoint } from './live.js';
import { runToEnd } from './live.js';
import { readRecordedRun } from './recorded-run.js';
import type { World } from './world.js';

/** Long enough that no test could wait for it: a killed process's run must be free at once. */
const leaseMs = 600_000;

/** Opens the world's database in a worker process; with `stopAt` it will kill itself there. */
export async function openIn(
  worker: Worker,
  { location, effects }: World,
  stopAt: DeathPoint | null = null,
): Promise<void> {
  const { ok, error } = await worker.call('open', { file: location, effects, executor: { leaseMs }, stopAt });
  if (!ok) throw new Error(`The worker could not open ${location}: ${error?.message}`);
}

/** Has a worker create the run, or resume it when it is there; true when the worker was killed before it answered. */
export async function workOn(worker: Worker, world: World): Promise<boolean> {
  const { runId, workflow, input } = world;
  const exists = (await readRecordedRun(world, runId)) !== null;
  const call = exists
    ? worker.call('resume', { runId })
    : worker.call('execute', { workflow, input, options: { runId, idempotencyKey: runId } });
  const wasKilled = await call.then(
    () => false,
    () => true,
  );
  await markKnownCompletions(world);
  return wasKilled;
}

/** Writes a mark for each step that is recorded as completed now: nothing of it may follow. */
async function markKnownCompletions(world: World): Promise<void> {
  const { effects, runId } = world;
  const recorded = await readRecordedRun(world, runId);
  const marked = new Set(readEffects(effects).flatMap((line) => (line.kind === 'completed' ? [line.key] : [])));
  for (const { type, stepKey: key } of recorded?.events ?? [])
    if (type === 'step_completed' && key !== null && !marked.has(key))
      appendEffect(effects, { kind: 'completed', runId, key });
}

/** What a run that was killed came to. */
export interface KilledRunReport {
  readonly ending: string;
  readonly violations: readonly string[];
}

/** Resumes the run in this process, with a store and an executor of its own, and says what it came to. */
export async function finishHere(world: World): Promise<KilledRunReport> {
  const store = await world.open();
  let caller: CallerEnd;
  try {
    const handler = effectHandler({ effects: world.effects, mended: () => world.mended });
    const executor = new WorkflowExecutor(store, [handler], { leaseMs });
    caller = await runToEnd(executor, world).then(
      (result: RunResult) => ({ result, error: null }),
      (error: unknown) => ({ result: null, error }),
    );
  } finally {
    await store.close();
  }
  const recorded = await readRecordedRun(world, world.runId);
  if (recorded === null) throw new Error('It was created by now.');
  const violations = [...findViolations(world.workflow, recorded, readEffects(world.effects)), ...world.findDamage()];
  return { ending: endingOf(recorded, caller), violations };
}
