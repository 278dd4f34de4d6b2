import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readEffects } from '../support/effects.mjs';
import { useTempFolder } from '../support/temp-folder.js';
import { findViolations } from './find-violations.js';
import { type DeathPoint, live, never } from './live.js';
import { readRecordedRun } from './recorded-run.js';
import type { CrashCase } from './workflows.js';
import { worldMaker } from './world.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const tempFolder = useTempFolder();
let makeWorld: Awaited<ReturnType<typeof worldMaker>>;

beforeEach(async () => {
  makeWorld = await worldMaker(tempFolder());
});

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

describe('a step that must not run twice', () => {
  test.each(points)(
    'runs once at most, and asks when it was cut off, if its process stops at %j (pitfall 21)',
    async (point) => {
      const world = makeWorld(paying);
      // Nobody resumes a run that has asked.
      world.mended = true;
      await live(world, { name: 'first', point });
      const second = await live(world, { name: 'second', point: never });
      const recorded = await readRecordedRun(world.file, world.runId);
      if (recorded === null) throw new Error('The second process runs it to its end.');
      const lines = readEffects(world.effects);
      expect(findViolations(paying.workflow, recorded, lines)).toEqual([]);
      const once = lines.filter((line) => line.kind === 'effect' && /^(pay|each)/.test(line.key)).map(({ key }) => key);
      expect(once).toEqual([...new Set(once)]);
      if (recorded.run.status === 'completed') return;
      expect(second.error).toMatchObject({ code: 'WORKFLOW_FAILED', details: { code: 'STEP_IN_DOUBT' } });
      expect((second.error as Error).message).toContain('its effect may or may not have happened');
    },
  );

  test('runs again when somebody who knows what happened resumes the run once more', async () => {
    const world = makeWorld(paying);
    world.mended = true;
    await live(world, { name: 'first', point: { effect: 2 } });
    const asked = await live(world, { name: 'second', point: never });
    expect(asked.error).toMatchObject({ stepKey: 'pay', details: { code: 'STEP_IN_DOUBT' } });
    const decided = await live(world, { name: 'third', point: never });
    expect(decided.result).toMatchObject({ status: 'completed' });
    const paid = readEffects(world.effects).filter((line) => line.kind === 'effect' && line.key === 'pay');
    expect(paid).toHaveLength(2);
  });
});
