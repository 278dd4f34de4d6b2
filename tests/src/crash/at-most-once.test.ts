import { type StepResolution, WorkflowExecutor } from '@sisyphus-state/executor';
import { describe, expect, test, vi } from 'vitest';
import { readEffects } from '../support/effects.mjs';
import { eventually } from '../support/eventually.js';
import { databases } from './databases.js';
import { findViolations } from './find-violations.js';
import { type DeathPoint, live, never } from './live.js';
import { readRecordedRun } from './recorded-run.js';
import type { CrashCase } from './workflows.js';
import type { World } from './world.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const paying: CrashCase = {
  name: 'paying',
  input: [1, 2],
  workflow: {
    name: 'paying',
    steps: [
      { id: 'before', type: 'effect', with: { value: 1 } },
      {
        id: 'pay',
        type: 'effect',
        delivery: 'at-most-once',
        with: { value: 'paid' },
        retry: { attempts: 3, backoff: 0 },
      },
      { id: 'each', type: 'effect', delivery: 'at-most-once', foreach: '${{ input }}', with: { value: '${{ item }}' } },
      { id: 'after', type: 'effect', with: { value: 2 } },
    ],
  },
};

const points = Array.from({ length: 8 }, (_, index) => index + 1).flatMap((number): DeathPoint[] => [
  { call: number, moment: 'before' },
  { call: number, moment: 'after' },
  { effect: number },
]);

describe.each(databases)('a step that must not run twice, on $name', ({ useWorlds }) => {
  const makeWorld = useWorlds();

  test.each(points)(
    'runs once at most, and asks when it was cut off, if its process stops at %j (pitfall 21)',
    async (point) => {
      const world = makeWorld(paying);
      await live(world, { name: 'first', point });
      const { end, resolved } = await liveResolving(world, 'second', { completed: 'found out' });
      expect(end.result).toMatchObject({ status: 'completed' });
      const recorded = await readRecordedRun(world, world.runId);
      if (recorded === null) throw new Error('The second process runs it to its end.');
      const lines = readEffects(world.effects);
      expect(findViolations(paying.workflow, recorded, lines)).toEqual([]);
      const once = lines.filter((line) => line.kind === 'effect' && /^(pay|each)/.test(line.key)).map(({ key }) => key);
      expect(once).toEqual([...new Set(once)]);
      // What was resolved has the result that somebody found out, and was never entered again.
      const found = recorded.steps.filter(({ result }) => result === '"found out"').map(({ stepKey }) => stepKey);
      expect(found).toEqual(resolved);
    },
  );

  test('runs again when somebody who knows what happened says so', async () => {
    const world = makeWorld(paying);
    await live(world, { name: 'first', point: { effect: 2 } });
    const { end, resolved } = await liveResolving(world, 'second', 'retry');
    expect([resolved, end.result?.status]).toEqual([['pay'], 'completed']);
    const paid = readEffects(world.effects).filter((line) => line.kind === 'effect' && line.key === 'pay');
    expect(paid).toHaveLength(2);
  });

  test('fails when somebody found that it did not happen', async () => {
    const world = makeWorld(paying);
    world.mended = true;
    await live(world, { name: 'first', point: { effect: 2 } });
    const { end } = await liveResolving(world, 'second', { failed: 'the bank knows nothing of it' });
    expect(end.error).toMatchObject({ stepKey: 'pay', details: { code: 'RESOLVED_AS_FAILED' } });
  });
});

/** A process's life, while somebody else looks for steps in doubt and resolves each. */
async function liveResolving(world: World, name: string, outcome: StepResolution) {
  const store = await world.open({ durability: 'process' });
  const outsider = new WorkflowExecutor(store);
  const resolved: string[] = [];
  try {
    const living = live(world, { name, point: never });
    const state = { isOver: false };
    void living.finally(() => {
      state.isOver = true;
    });
    await eventually('the run to end', async () => {
      for (const { stepKey, status } of await store.readSteps(world.runId)) {
        if (status !== 'in_doubt' || resolved.includes(stepKey)) continue;
        await outsider.resolve(world.runId, stepKey, outcome);
        resolved.push(stepKey);
      }
      return state.isOver;
    });
    return { end: await living, resolved };
  } finally {
    await store.close();
  }
}
