import { describe, expect, test, vi } from 'vitest';
import { inLanes } from '../support/in-lanes.js';
import { useWorkers } from '../support/worker.js';
import { databases } from './databases.js';
import { finishHere, openIn, workOn } from './killed-runs.js';
import type { DeathPoint } from './live.js';
import { branches, type CrashCase, foreach, retrying, sequential } from './workflows.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

/** Each process begins sessions of its own on a server, which takes its time: one case with everything in it shows it there. */
const casesOn = { SQLite: [sequential, retrying, foreach(3), branches], PostgreSQL: [branches] };

describe.each(databases)(
  'a process that is killed with SIGKILL at any of its writes, on $name',
  ({ name, useWorlds }) => {
    const startWorker = useWorkers();
    const makeWorld = useWorlds();

    test.each(casesOn[name])(
      'leaves a run that goes on at once, with nothing lost and nothing done twice: $name (pitfalls 4, 21)',
      async (crashCase) => {
        const expected = await finishHere(makeWorld(crashCase));
        expect(expected.violations).toEqual([]);
        const writes = await countWrites(crashCase);
        const reports = await inLanes(3, pointsUpTo(writes), async (stopAt) => {
          const world = makeWorld(crashCase);
          const worker = await startWorker();
          await openIn(worker, world, stopAt);
          const wasKilled = await workOn(worker, world);
          const signal = wasKilled ? await worker.ended : null;
          if (!wasKilled) worker.signal('SIGKILL');
          return { stopAt, signal, ...(await finishHere(world)) };
        });
        expect(
          reports.flatMap(({ stopAt, violations }) => violations.map((violation) => ({ stopAt, violation }))),
        ).toEqual([]);
        expect(reports.filter(({ ending }) => ending !== expected.ending)).toEqual([]);
        expect(reports.filter(({ signal }) => signal === 'SIGKILL').length).toBeGreaterThanOrEqual(2 * writes);
      },
    );

    /** How many writes the first process makes: up to its end, or until it needs mending. */
    async function countWrites(crashCase: CrashCase): Promise<number> {
      const world = makeWorld(crashCase);
      const worker = await startWorker();
      await openIn(worker, world);
      await workOn(worker, world);
      const answer = await worker.call('writes');
      return Number(answer.value);
    }
  },
);

function pointsUpTo(writes: number): readonly DeathPoint[] {
  return Array.from({ length: writes }, (_, index) => index + 1).flatMap((number): DeathPoint[] => [
    { call: number, moment: 'before' },
    { call: number, moment: 'after' },
    { effect: number },
  ]);
}
