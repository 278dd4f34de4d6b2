import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import { describe, expect, test, vi } from 'vitest';
import { postgres } from '../crash/databases.js';
import { type CallerEnd, endingOf } from '../crash/ending.js';
import { findViolations } from '../crash/find-violations.js';
import { runToEnd } from '../crash/live.js';
import { markCompletions } from '../crash/mark-completions.js';
import { readRecordedRun } from '../crash/recorded-run.js';
import { undisturbedEnding } from '../crash/undisturbed-ending.js';
import { branches, type CrashCase, retrying } from '../crash/workflows.js';
import type { World } from '../crash/world.js';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';
import { type LossPoint, losingPool } from './support/losing-pool.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const makeWorld = postgres.useWorlds();

describe('a process that never hears whether a commit of its own was kept', () => {
  test.each([retrying, branches])(
    'goes on with its run at once when it is told to, whichever commit that was and whatever became of it: $name',
    async (crashCase) => {
      const expected = await undisturbedEnding(makeWorld(crashCase));
      const reports = await sweepLosses(crashCase);
      expect(reports.length).toBeGreaterThan(10);
      for (const { point, first, violations, ending } of reports) {
        expect({ point, violations }).toEqual({ point, violations: [] });
        if (first.error !== null)
          expect(first.error).toMatchObject({ code: 'STORE_IO', details: { outcome: 'unknown' } });
        expect(ending).toBe(expected);
      }
    },
  );
});

interface LossReport {
  readonly point: LossPoint;
  /** What the call ended with whose commit it was. */
  readonly first: CallerEnd;
  readonly ending: string;
  readonly violations: readonly string[];
}

async function sweepLosses(crashCase: CrashCase): Promise<readonly LossReport[]> {
  const reports: LossReport[] = [];
  for (let commit = 1; ; commit += 1) {
    for (const moment of ['before', 'meanwhile', 'after'] as const) {
      const report = await loseOne(makeWorld(crashCase), { commit, moment });
      if (report === null) return reports;
      reports.push(report);
    }
  }
}

/** Drives a world's run over a commit whose answer is lost, and once more if need be; null when there are not so many commits. */
async function loseOne(world: World, point: LossPoint): Promise<LossReport | null> {
  const { pool, loseAt, hasLost } = losingPool(world.location);
  const store = await openStore({ client: drizzle({ client: pool }) });
  try {
    const handler = effectHandler({ effects: world.effects, mended: () => world.mended });
    // Nobody could wait for such a lease to run out.
    const executor = new WorkflowExecutor(markCompletions(store, world.effects), [handler], { leaseMs: 600_000 });
    loseAt(point);
    const first = await endOf(runToEnd(executor, world));
    if (!hasLost()) return null;
    const last = first.error === null ? first : await endOf(runToEnd(executor, world));
    const recorded = await readRecordedRun(world, world.runId);
    if (recorded === null) throw new Error('It was created by now.');
    const violations = findViolations(world.workflow, recorded, readEffects(world.effects));
    return { point, first, ending: endingOf(recorded, last), violations };
  } finally {
    await store.close();
    await pool.end();
  }
}

function endOf(call: Promise<unknown>): Promise<CallerEnd> {
  return call.then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error }),
  );
}
