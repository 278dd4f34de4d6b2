import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test, vi } from 'vitest';
import { readEffects } from '../support/effects.mjs';
import { seededRandom } from '../support/seeded-random.js';
import { useWorkers, type Worker } from '../support/worker.js';
import { databases } from './databases.js';
import { endingOf } from './ending.js';
import { findViolations } from './find-violations.js';
import { finishHere, openIn } from './killed-runs.js';
import { readRecordedRun } from './recorded-run.js';
import type { CrashCase } from './workflows.js';
import type { World } from './world.js';

const workers = 3;
const kills = 15;
const runCount = 6;
/** `CRASH_SEED` repeats the choices; the processes themselves race as they like. */
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 2 ** 31);

const contended: CrashCase = {
  name: 'contended',
  input: Array.from({ length: 6 }, (_, index) => ({ value: index, ms: 15, fail: index % 3 === 1 ? 1 : 0 })),
  workflow: {
    name: 'contended',
    steps: [
      { id: 'first', type: 'effect', with: { value: { first: 1 }, ms: 20 } },
      {
        id: 'each',
        type: 'effect',
        foreach: '${{ input }}',
        concurrency: 2,
        with: '${{ item }}',
        retry: { attempts: 2, backoff: 2 },
      },
      { id: 'side', type: 'effect', needs: ['first'], with: { value: { side: 2 }, ms: 60 } },
      { id: 'last', type: 'effect', needs: ['each', 'side'], with: { value: '${{ steps.each.output }}', ms: 20 } },
    ],
    output: '${{ steps.last.output }}',
  },
};

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

describe.each(databases)('on $name', ({ useWorlds }) => {
  const startWorker = useWorkers();
  const makeWorld = useWorlds();

  test(`processes that all want the same runs, and are killed over it, do each run once (CRASH_SEED=${seed}, pitfalls 15, 18, 28)`, async () => {
    const alone = makeWorld(contended);
    await finishHere(alone);
    const expected = await endingIn(alone, alone.runId);
    const world = makeWorld(contended);
    const runIds = Array.from({ length: runCount }, () => uuidv7());
    const random = seededRandom(seed);
    const unexpected: unknown[] = [];
    let killed = 0;
    await Promise.all(Array.from({ length: workers }, () => liveAgainAndAgain()));
    expect(unexpected).toEqual([]);
    for (const runId of runIds) {
      const recorded = await readRecordedRun(world, runId);
      if (recorded === null) throw new Error('Every worker runs them all.');
      const own = readEffects(world.effects).filter((line) => line.runId === runId);
      expect(findViolations(contended.workflow, recorded, own)).toEqual([]);
      expect(await endingIn(world, runId)).toBe(expected);
    }
    expect(killed).toBe(kills);

    /** A worker that works on all runs until it is killed, then another in its place, until all runs are done. */
    async function liveAgainAndAgain(): Promise<void> {
      for (;;) {
        const worker = await startWorker();
        await openIn(worker, world);
        const mayKill = killed < kills;
        if (mayKill) killed += 1;
        const timer = mayKill ? setTimeout(() => worker.signal('SIGKILL'), random() * 250) : null;
        const isDone = await workUntilDone(worker).catch(() => false);
        if (timer !== null) clearTimeout(timer);
        worker.signal('SIGKILL');
        await worker.ended;
        // An answer that no worker may get would be got for ever.
        if (unexpected.length > 0 || (isDone && killed >= kills)) return;
      }
    }

    async function workUntilDone(worker: Worker): Promise<boolean> {
      const { workflow, input } = contended;
      const answers = await Promise.all(
        runIds.map((runId) => worker.call('execute', { workflow, input, options: { runId, idempotencyKey: runId } })),
      );
      unexpected.push(...answers.filter(({ ok }) => !ok).map(({ error }) => error));
      return answers.every(({ ok }) => ok);
    }
  });
});

async function endingIn(world: World, runId: string): Promise<string> {
  const recorded = await readRecordedRun(world, runId);
  if (recorded === null) return 'no run';
  const store = await world.open();
  try {
    return endingOf(recorded, { result: (await store.getRunState(runId))?.output, error: null });
  } finally {
    await store.close();
  }
}
