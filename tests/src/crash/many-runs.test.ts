import { WorkflowExecutor } from '@sisyphus-state/executor';
import { RunNotFoundError } from '@sisyphus-state/store';
import { type CrashPoint, crashAt } from '@sisyphus-state/testing';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test, vi } from 'vitest';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';
import { databases } from './databases.js';
import { endingOf } from './ending.js';
import { findViolations } from './find-violations.js';
import { never } from './live.js';
import { markCompletions } from './mark-completions.js';
import { readRecordedRun } from './recorded-run.js';
import { branches, type CrashCase, retrying, smallForeach } from './workflows.js';
import type { World } from './world.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

/** Runs of one process whose writes share commits. */
interface ManyRuns {
  readonly world: World;
  readonly runs: readonly (CrashCase & { readonly runId: string })[];
}

describe.each(databases)('on $name', ({ useWorlds }) => {
  const makeWorld = useWorlds();
  const makeRuns = (): ManyRuns => ({
    world: makeWorld(retrying),
    runs: [retrying, smallForeach, branches].map((crashCase) => ({ ...crashCase, runId: uuidv7() })),
  });

  test('a process that drives many runs and stops at any write leaves them all sound (pitfall 20)', async () => {
    const undisturbed = makeRuns();
    await liveWithAll(undisturbed, 'alone', never);
    const expected = await endings(undisturbed);
    let crashes = 0;
    for (let call = 1; ; call += 1) {
      let reached = false;
      for (const moment of ['before', 'after'] as const) {
        const many = makeRuns();
        const crashed = await liveWithAll(many, 'first', { call, moment });
        reached ||= crashed;
        if (crashed) crashes += 1;
        await liveWithAll(many, 'second', never);
        expect({ call, moment, endings: await endings(many) }).toEqual({ call, moment, endings: expected });
      }
      if (!reached) break;
    }
    expect(crashes).toBeGreaterThan(30);
  });
});

/** Begins or resumes all runs at once; true when the process stopped before all had ended. */
async function liveWithAll({ world, runs }: ManyRuns, name: string, point: CrashPoint): Promise<boolean> {
  const { effects, processes } = world;
  const identity = processes.identityOf(name);
  const opened = await world.open({ identity, isDead: processes.isDead, durability: 'process' });
  const store = crashAt(markCompletions(opened, effects), point);
  const executor = new WorkflowExecutor(store, [effectHandler({ effects, isOver: () => store.hasCrashed })], {
    worker: name,
    leaseMs: 600_000,
  });
  const calls = runs.map(async ({ runId, workflow, input }) => {
    try {
      await executor.resume(runId);
    } catch (error) {
      if (!(error instanceof RunNotFoundError)) throw error;
      await executor.execute(workflow, input, { runId });
    }
  });
  try {
    return await Promise.race([Promise.all(calls).then(() => false), store.crashed.then(() => true)]);
  } finally {
    processes.kill(name);
    await opened.close();
  }
}

/** How each run ended, and what is wrong with it. */
async function endings({ world, runs }: ManyRuns): Promise<readonly unknown[]> {
  const lines = readEffects(world.effects);
  return Promise.all(
    runs.map(async ({ runId, workflow }) => {
      const recorded = await readRecordedRun(world, runId);
      if (recorded === null) return 'no run';
      const own = lines.filter((line) => line.runId === runId);
      const violations = findViolations(workflow, recorded, own);
      return { violations, ending: endingOf(recorded, { result: null, error: null }) };
    }),
  );
}
