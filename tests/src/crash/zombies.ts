import { WorkflowExecutor } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';
import { type CallerEnd, endingOf } from './ending.js';
import { findViolations } from './find-violations.js';
import { holdAt } from './hold-at.js';
import { markCompletions } from './mark-completions.js';
import { readRecordedRun } from './recorded-run.js';
import type { World } from './world.js';

/** Where the two processes are halted: the first for long, the second while the first comes back. */
export interface ZombiePlan {
  /** The write that the first process halts before; it has made at least one. */
  readonly halt: number;
  /** The write of the second process before which the first one's late write arrives. */
  readonly comeBack: number;
  /** What lies between the first process and the store. */
  readonly between?: (store: WorkflowStore) => WorkflowStore;
}

/** What came of a takeover from a process that was only halted. */
export interface ZombieReport {
  /** Whether each process made so many writes that it was halted. */
  readonly reached: { readonly halt: boolean; readonly comeBack: boolean };
  readonly ending: string;
  readonly violations: readonly string[];
  /** What the halted process's call ended with. */
  readonly zombie: CallerEnd | null;
}

/** Halts a process before one of its writes, has another take the run over, and lets the first one's late write arrive in the middle of the other's work. */
export async function haltAndComeBack(world: World, plan: ZombiePlan): Promise<ZombieReport> {
  const { between = (store) => store, halt, comeBack } = plan;
  const { runId, effects, workflow, input } = world;
  const [own, others] = [await world.open({ durability: 'process' }), await world.open({ durability: 'process' })];
  try {
    const first = holdAt(between(markCompletions(own, effects)), halt);
    const second = holdAt(markCompletions(others, effects), comeBack);
    const zombieEnd = endOf(executorOn(first.store, world, 'zombie').execute(workflow, input, { runId }));
    const isHalted = await comesFirst(first.halted, zombieEnd);
    const heirEnd = endOf(executorOn(second.store, world, 'heir').resume(runId, undefined, { takeover: true }));
    const isMet = await comesFirst(second.halted, heirEnd);
    first.release();
    // Its late write is answered; whatever it does about that needs no more than turns.
    const zombie = await Promise.race([zombieEnd, first.answered.then(manyTurns)]);
    second.release();
    const caller = await heirEnd;
    const recorded = await readRecordedRun(world, runId);
    if (recorded === null) throw new Error('The first process halts after its first write.');
    const violations = findViolations(workflow, recorded, readEffects(effects));
    return { reached: { halt: isHalted, comeBack: isMet }, ending: endingOf(recorded, caller), violations, zombie };
  } finally {
    await own.close();
    await others.close();
  }
}

function executorOn(store: WorkflowStore, { effects }: World, worker: string): WorkflowExecutor {
  return new WorkflowExecutor(store, [effectHandler({ effects })], { worker, leaseMs: 600_000 });
}

function endOf(call: Promise<unknown>): Promise<CallerEnd> {
  return call.then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error }),
  );
}

function comesFirst(one: Promise<unknown>, other: Promise<unknown>): Promise<boolean> {
  return Promise.race([one.then(() => true), other.then(() => false)]);
}

/** Long enough for all that a process does without waiting for anything. */
async function manyTurns(): Promise<null> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return null;
}
