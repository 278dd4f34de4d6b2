import { describe, expect, test, vi } from 'vitest';
import { inLanes } from '../support/in-lanes.js';
import { seededRandom } from '../support/seeded-random.js';
import { useWorkers, type Worker } from '../support/worker.js';
import { databases } from './databases.js';
import { finishHere, openIn, workOn } from './killed-runs.js';
import type { CrashCase } from './workflows.js';
import type { World } from './world.js';

const killsOn = { SQLite: 200, PostgreSQL: 40 } as const;
const lanes = 3;
/** `CRASH_SEED` repeats a sweep with the same instants. */
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 2 ** 31);

/** Some 200 ms of steps, side by side and one after the other, with retries and results of every size. */
const long: CrashCase = {
  name: 'long',
  input: {
    items: Array.from({ length: 12 }, (_, index) => ({
      value: { index, text: 'x'.repeat(index * 900) },
      ms: 12,
      fail: index % 4 === 1 ? 1 : 0,
    })),
  },
  workflow: {
    name: 'long',
    steps: [
      { id: 'first', type: 'effect', with: { value: { first: 1 }, ms: 15 } },
      {
        id: 'each',
        type: 'effect',
        foreach: '${{ input.items }}',
        concurrency: 3,
        with: '${{ item }}',
        retry: { attempts: 2, backoff: 2, jitter: 'none' },
      },
      { id: 'side', type: 'effect', needs: ['first'], with: { value: { side: 1 }, ms: 60 } },
      { id: 'large', type: 'effect', needs: ['each', 'side'], with: { value: '${{ steps.each.output }}', ms: 10 } },
      {
        id: 'shaky',
        type: 'effect',
        with: { value: 'worked', fail: 2, ms: 5 },
        retry: { attempts: 3, backoff: 3, jitter: 'none' },
      },
      { id: 'last', type: 'effect', with: { value: ['${{ context.side }}', '${{ steps.shaky.output }}'], ms: 10 } },
    ],
    output: { last: '${{ steps.last.output }}', count: '${{ size(steps.large.output) }}' },
  },
};

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

describe.each(databases)(`a process that is killed at any instant, on $name (CRASH_SEED=${seed})`, (database) => {
  const startWorker = useWorkers();
  const makeWorld = database.useWorlds();
  const kills = killsOn[database.name];

  test(`leaves a run that ends as if nothing had happened, over ${kills} kills (pitfalls 4, 21)`, async () => {
    const expected = await finishHere(makeWorld(long));
    expect(expected.violations).toEqual([]);
    const durationMs = await measure(makeWorld(long));
    let killed = 0;
    // Up to three processes are killed over each run.
    await inLanes(
      lanes,
      Array.from({ length: kills }, (_, index) => index),
      async (index) => {
        if (killed >= kills) return;
        const random = seededRandom(seed + index);
        const world = makeWorld(long);
        for (let life = 0; life < 3; life += 1) {
          // What is left to do is less with each life.
          const isKilled = await liveUntil(world, (random() * durationMs) / 2 ** life);
          if (!isKilled) break;
          killed += 1;
        }
        const { violations, ending } = await finishHere(world);
        expect(violations).toEqual([]);
        expect(ending).toBe(expected.ending);
      },
    );
    expect(killed).toBeGreaterThanOrEqual(kills);
  });

  /** A worker's life, ended from outside after this long; whether the run was still under way then. */
  async function liveUntil(world: World, instantMs: number): Promise<boolean> {
    const worker: Worker = await startWorker();
    await openIn(worker, world);
    const timer = setTimeout(() => worker.signal('SIGKILL'), instantMs);
    const wasKilled = await workOn(worker, world);
    clearTimeout(timer);
    worker.signal('SIGKILL');
    await worker.ended;
    return wasKilled;
  }

  /** How long a worker takes for the whole. */
  async function measure(world: World): Promise<number> {
    const worker = await startWorker();
    await openIn(worker, world);
    const start = performance.now();
    await workOn(worker, world);
    worker.signal('SIGKILL');
    return performance.now() - start;
  }
});
