import { WorkflowExecutor } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { type CallerEnd, endingOf } from '../crash/ending.js';
import { findViolations } from '../crash/find-violations.js';
import { runToEnd } from '../crash/live.js';
import { markCompletions } from '../crash/mark-completions.js';
import { readRecordedRun } from '../crash/recorded-run.js';
import type { World } from '../crash/world.js';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';

/** Somebody who does something to a run just before or after its holder's n-th write. */
export interface Interference {
  readonly call: number;
  readonly moment: 'before' | 'after';
  /** `outsider` has a store of its own; `holder` is the executor that drives the run. */
  readonly act: (runId: string, outsider: WorkflowExecutor, holder: WorkflowExecutor) => Promise<unknown>;
}

/** What came of it: the run as the holder left it, and how it ended once it was resumed. */
export interface InterferenceReport {
  readonly reached: boolean;
  readonly statusThen: string;
  readonly codeThen: string | null;
  readonly ending: string;
  readonly violations: readonly string[];
}

/** Lets a run be interfered with at one of its holder's writes, then resumes it until it has completed. */
export async function interfere(world: World, { call, moment, act }: Interference): Promise<InterferenceReport> {
  const { runId, effects } = world;
  const [own, others] = [await world.open({ durability: 'process' }), await world.open({ durability: 'process' })];
  try {
    const handler = effectHandler({ effects, mended: () => world.mended });
    const outsider = new WorkflowExecutor(others, [handler], { worker: 'outsider' });
    let reached = false;
    const watched = atWrite(markCompletions(own, effects), { call, moment }, async () => {
      reached = true;
      await act(runId, outsider, holder);
    });
    const holder = new WorkflowExecutor(watched, [handler], { worker: 'holder', leaseMs: 600_000 });
    const first = await endOf(runToEnd(holder, world));
    const then = await own.readRun(runId);
    const heir = new WorkflowExecutor(markCompletions(own, effects), [handler], { worker: 'heir' });
    const last = await endOf(runToEnd(heir, world));
    const recorded = await readRecordedRun(world, runId);
    if (recorded === null || then === null) throw new Error('It was created.');
    const violations = findViolations(world.workflow, recorded, readEffects(effects));
    return {
      reached,
      statusThen: then.status,
      codeThen: codeOf(first.error),
      ending: endingOf(recorded, last),
      violations,
    };
  } finally {
    await own.close();
    await others.close();
  }
}

function endOf(call: Promise<unknown>): Promise<CallerEnd> {
  return call.then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error }),
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}

const writes: ReadonlySet<string | symbol> = new Set(['createRuns', 'claimRuns', 'record']);

function atWrite(
  store: WorkflowStore,
  { call, moment }: Pick<Interference, 'call' | 'moment'>,
  act: () => Promise<void>,
): WorkflowStore {
  let calls = 0;
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !writes.has(name)) return member;
      return async (...args: unknown[]) => {
        calls += 1;
        const isIt = calls === call;
        if (isIt && moment === 'before') await act();
        const result: unknown = await member.apply(target, args);
        if (isIt && moment === 'after') await act();
        return result;
      };
    },
  });
}
