import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore, RunNotFoundError } from '@sisyphus-state/store';
import { type CrashPoint, crashAt } from '@sisyphus-state/testing';
import { beforeEach, expect, test, vi } from 'vitest';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';
import { useTempFolder } from '../support/temp-folder.js';
import { endingOf } from './ending.js';
import { findViolations } from './find-violations.js';
import { never } from './live.js';
import { markCompletions } from './mark-completions.js';
import { readRecordedRun } from './recorded-run.js';
import { branches, retrying, smallForeach } from './workflows.js';
import { type World, worldMaker } from './world.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const tempFolder = useTempFolder();
let makeWorld: Awaited<ReturnType<typeof worldMaker>>;

beforeEach(async () => {
  makeWorld = await worldMaker(tempFolder());
});

/** Runs of one process whose writes share commits. */
const runs = [retrying, smallForeach, branches].map((crashCase, index) => ({
  ...crashCase,
  runId: `01900000-0000-7000-8000-00000000010${index}`,
}));

test('a process that drives many runs and stops at any write leaves them all sound (pitfall 20)', async () => {
  const undisturbed = makeWorld(retrying);
  await liveWithAll(undisturbed, 'alone', never);
  const expected = await endings(undisturbed);
  let crashes = 0;
  for (let call = 1; ; call += 1) {
    let reached = false;
    for (const moment of ['before', 'after'] as const) {
      const world = makeWorld(retrying);
      const crashed = await liveWithAll(world, 'first', { call, moment });
      reached ||= crashed;
      if (crashed) crashes += 1;
      await liveWithAll(world, 'second', never);
      expect({ call, moment, endings: await endings(world) }).toEqual({ call, moment, endings: expected });
    }
    if (!reached) break;
  }
  expect(crashes).toBeGreaterThan(30);
});

/** Begins or resumes all runs at once; true when the process stopped before all had ended. */
async function liveWithAll({ file, effects, processes }: World, name: string, point: CrashPoint): Promise<boolean> {
  const identity = processes.identityOf(name);
  const opened = await openStore(file, { identity, isDead: processes.isDead, durability: 'process' });
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
async function endings({ file, effects }: World): Promise<readonly unknown[]> {
  const lines = readEffects(effects);
  return Promise.all(
    runs.map(async ({ runId, workflow }) => {
      const recorded = await readRecordedRun(file, runId);
      if (recorded === null) return 'no run';
      const own = lines.filter((line) => line.runId === runId);
      const violations = findViolations(workflow, recorded, own);
      return { violations, ending: endingOf(recorded, { result: null, error: null }) };
    }),
  );
}
