import { WorkflowExecutor } from '@sisyphus-state/executor';
import { type CrashPoint, crashAt, type ManualClock, manualClock } from '@sisyphus-state/testing';
import { describe, expect, test, vi } from 'vitest';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';
import { databases } from './databases.js';
import { type DeadlineCase, deadlineCases } from './deadline-workflows.js';
import { familyViolations, readFamily } from './family.js';
import { never } from './live.js';
import { mortal } from './mortal.js';
import type { World } from './world.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const hourMs = 3_600_000;

/** A process on a clock of the test's own that stops at one of its writes; true when it did not live to see the end. */
async function live(
  world: World,
  {
    clock,
    others,
    name,
    point,
  }: Pick<DeadlineCase, 'others'> & { clock: ManualClock; name: string; point: CrashPoint },
  work: (executor: WorkflowExecutor) => Promise<unknown>,
): Promise<boolean> {
  const { processes, effects, workflow } = world;
  const identity = processes.identityOf(name);
  const options = { clock: clock.now, identity, isDead: processes.isDead, durability: 'process' } as const;
  const opened = await world.open(options);
  const process = mortal(opened);
  const store = crashAt(process.store, point);
  const handler = effectHandler({ effects, isOver: () => store.hasCrashed || process.isDead() });
  const workflows = [workflow, ...others];
  const settings = { worker: name, leaseMs: 600_000, parkAfterMs: 1, workflows };
  const executor = new WorkflowExecutor(store, [handler], settings);
  try {
    return await Promise.race([work(executor).then(() => false), store.crashed.then(() => true)]);
  } finally {
    process.die();
    processes.kill(name);
    await opened.close();
  }
}

/** Lets a family wait until its deadline is over, and workers end it, of whom the first stops at a point. */
async function endLate(world: World, { others }: DeadlineCase, point: CrashPoint): Promise<boolean> {
  const clock = manualClock();
  const life = { clock, others, point: never };
  const begin = (executor: WorkflowExecutor) =>
    executor.execute(world.workflow, null, { runId: world.runId, until: 'idle' });
  await live(world, { ...life, name: 'begins' }, begin);
  clock.advance(hourMs);
  const crashed = await live(world, { ...life, name: 'first', point }, (executor) => executor.runUntilIdle());
  await live(world, { ...life, name: 'second' }, (executor) => executor.runUntilIdle());
  return crashed;
}

/** How each run of a family ended, the parent before its child. */
async function endsOf(world: World): Promise<readonly string[]> {
  return (await readFamily(world)).map(({ run: { name, status, error } }) => {
    const code: unknown = error === null ? undefined : JSON.parse(error).code;
    return [name, status, ...(typeof code === 'string' ? [code] : [])].join(' ');
  });
}

/** What happened to all of them, for whoever has to find out why one is left. */
async function storyOf(world: World): Promise<string> {
  const lines = (await readFamily(world)).flatMap(({ run, events }) => [
    `${run.name} ${run.status}, due at ${run.wakeAt}, held by ${run.leaseWorker}`,
    ...events.map(({ seq, at, type, stepKey, worker }) => `  ${seq} ${at} ${type} ${stepKey ?? ''} ${worker ?? ''}`),
  ]);
  return `\n${lines.join('\n')}\n`;
}

describe.each(databases)('a deadline that passes while runs wait for runs, on $name', ({ useWorlds }) => {
  const makeWorld = useWorlds();

  test.each(deadlineCases)(
    'ends all of them, whatever write a process stops at: $name (pitfalls 10, 22, 23)',
    async (late) => {
      let crashes = 0;
      for (let call = 1, isReached = true; isReached; call += 1) {
        isReached = false;
        for (const moment of ['before', 'after'] as const) {
          const world = makeWorld({ name: late.name, workflow: late.workflow, input: null });
          const crashed = await endLate(world, late, { call, moment });
          const where = `${moment} write ${call}`;
          expect(await endsOf(world), `${where}${await storyOf(world)}`).toEqual(late.ends);
          expect(await familyViolations(world, await readFamily(world)), where).toEqual([]);
          const undone = readEffects(world.effects).filter(({ key }) => key.endsWith('/compensate'));
          // One that was cut off is tried again.
          expect([...new Set(undone.map(({ key }) => key))].sort(), where).toEqual(late.undone);
          isReached ||= crashed;
          crashes += crashed ? 1 : 0;
        }
      }
      expect(crashes).toBeGreaterThanOrEqual(16);
    },
  );
});
