import { WorkflowExecutor } from '@sisyphus-state/executor';
import { crashAt } from '@sisyphus-state/testing';
import { describe, expect, test, vi } from 'vitest';
import { effectHandler } from '../support/effect-handler.mjs';
import type { CrashCase } from './crash-case.js';
import { databases } from './databases.js';
import { familyEnding, familyViolations, readFamily, sweepUp } from './family.js';
import { abandoned, familyCases, parked } from './family-workflows.js';
import { type DeathPoint, type LifeEnd, live, never } from './live.js';
import type { MakeWorld, World } from './world.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

interface Lived {
  readonly crashed: boolean;
  readonly ending: string;
  readonly statuses: readonly string[];
  readonly violations: readonly string[];
}

/** Lets a process stop at a point, another live, and a worker take what they left due; says how the whole family ended. */
async function liveOn(world: World, point: DeathPoint): Promise<Lived> {
  let end: LifeEnd = await live(world, { name: 'first', point });
  const { crashed } = end;
  if (crashed) end = await live(world, { name: 'second', point: never });
  await sweepUp(world, 'worker');
  const family = await readFamily(world);
  return {
    crashed,
    ending: familyEnding(family, end),
    statuses: family.map(({ run }) => `${run.name} ${run.status}`),
    violations: await familyViolations(world, family),
  };
}

/** Stops a process at every write, before and after its commit, and after every effect. */
async function sweep(crashCase: CrashCase, makeWorld: MakeWorld, check: (lived: Lived, where: string) => void) {
  let crashes = 0;
  for (let number = 1; ; number += 1) {
    let reached = 0;
    const points: DeathPoint[] = [
      { call: number, moment: 'before' },
      { call: number, moment: 'after' },
      { effect: number },
    ];
    for (const point of points) {
      const lived = await liveOn(makeWorld(crashCase), point);
      check(lived, `${crashCase.name}, stopped at ${JSON.stringify(point)}`);
      if (lived.crashed) reached += 1;
    }
    crashes += reached;
    if (reached === 0) return crashes;
  }
}

describe.each(databases)('a family of runs whose process stops at any of its writes, on $name', ({ useWorlds }) => {
  const makeWorld = useWorlds();

  test.each(familyCases)('ends as undisturbed, every run of it: $name (pitfalls 4, 9, 10)', async (crashCase) => {
    const undisturbed = await liveOn(makeWorld(crashCase), never);
    expect(undisturbed.violations).toEqual([]);
    expect(undisturbed.statuses[0]).toMatch(/ completed$/);
    const crashes = await sweep(crashCase, makeWorld, ({ ending, violations }, where) => {
      expect(violations, where).toEqual([]);
      expect(ending, where).toBe(undisturbed.ending);
    });
    expect(crashes).toBeGreaterThanOrEqual(10);
  });

  test('leaves no run behind that nobody waits for: a run fails while another waits (pitfall 23)', async () => {
    const crashes = await sweep(abandoned, makeWorld, ({ statuses, violations }, where) => {
      expect(violations, where).toEqual([]);
      expect(statuses[0], where).toBe('abandoned failed');
      for (const status of statuses.slice(1)) expect(status, where).toMatch(/ cancelled$/);
    });
    expect(crashes).toBeGreaterThanOrEqual(10);
  });

  test('leaves no run behind when whoever cancels its parent stops at any write (pitfall 23)', async () => {
    let crashes = 0;
    for (let call = 1, isReached = true; isReached; call += 1) {
      isReached = false;
      for (const moment of ['before', 'after'] as const) {
        const world = makeWorld(parked);
        await begin(world);
        const crashed = await cancel(world, { call, moment });
        if (crashed) await cancel(world, { call: Number.POSITIVE_INFINITY, moment: 'before' });
        await sweepUp(world, 'worker');
        const family = await readFamily(world);
        expect(await familyViolations(world, family), `${moment} ${call}`).toEqual([]);
        expect(family.map(({ run }) => run.status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
        isReached ||= crashed;
        crashes += crashed ? 1 : 0;
      }
    }
    expect(crashes).toBeGreaterThanOrEqual(6);
  });
});

async function begin(world: World): Promise<void> {
  const { processes, runId, workflow, effects } = world;
  const store = await world.open({ identity: processes.identityOf('begins'), isDead: processes.isDead });
  const executor = new WorkflowExecutor(store, [effectHandler({ effects })], { parkAfterMs: 0 });
  const { status } = await executor.execute(workflow, null, { runId, until: 'idle' });
  expect(status).toBe('waiting');
  await store.close();
}

/** Cancels from a process that stops at a write; says whether it got there. */
async function cancel(world: World, point: Parameters<typeof crashAt>[1]): Promise<boolean> {
  const opened = await world.open();
  const store = crashAt(opened, point);
  const executor = new WorkflowExecutor(store, [effectHandler({ effects: world.effects })]);
  await Promise.race([executor.cancel(world.runId), store.crashed]);
  await opened.close();
  return store.hasCrashed;
}
