import { RunNotFoundError } from '@sisyphus-state/store';
import { describe, expect, test, vi } from 'vitest';
import { databases } from '../crash/databases.js';
import { undisturbedEnding } from '../crash/undisturbed-ending.js';
import { branches, type CrashCase, foreach, retrying, sequential } from '../crash/workflows.js';
import { type Interference, type InterferenceReport, interfere } from './interfere.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

/** What is done at each write is the engine's matter: on a server the smallest cases show it. */
const casesOn = { SQLite: [sequential, retrying, foreach(3), branches], PostgreSQL: [retrying, branches] };

describe.each(databases)('on $name, at whatever write of its holder', ({ name, useWorlds }) => {
  const makeWorld = useWorlds();

  test.each(casesOn[name])(
    'a run is cancelled, it ends once and goes on when it is resumed: $name (pitfall 22)',
    async (crashCase) => {
      const reports = await sweep(crashCase, async (runId, outsider) => {
        // Before the first write there is nothing to cancel.
        await outsider.cancel(runId, 'no more').catch((error: unknown) => {
          if (!(error instanceof RunNotFoundError)) throw error;
        });
      });
      expectSoundness(reports, await undisturbedEnding(makeWorld(crashCase)));
      const statuses = new Set(reports.map(({ statusThen, codeThen }) => `${statusThen} ${codeThen}`));
      expect(statuses).toContain('cancelled WORKFLOW_CANCELLED');
      expect(
        [...statuses].filter((status) => !['cancelled WORKFLOW_CANCELLED', 'completed null'].includes(status)),
      ).toEqual([]);
    },
  );

  test.each(casesOn[name])(
    'its executor is stopped, the run is given back and goes on when it is resumed: $name',
    async (crashCase) => {
      const reports = await sweep(crashCase, async (_runId, _outsider, holder) => {
        // Not awaited: it ends when the write does, which is waiting for this.
        void holder.stop();
      });
      expectSoundness(reports, await undisturbedEnding(makeWorld(crashCase)));
      const statuses = new Set(reports.map(({ statusThen, codeThen }) => `${statusThen} ${codeThen}`));
      expect(statuses).toContain('pending RUN_RELEASED');
      expect([...statuses].filter((status) => !['pending RUN_RELEASED', 'completed null'].includes(status))).toEqual(
        [],
      );
    },
  );

  test.each([sequential, branches])(
    'somebody else tries to resume the run, they are refused and it goes on: $name',
    async (crashCase) => {
      const refusals: unknown[] = [];
      const reports = await sweep(crashCase, async (runId, outsider) => {
        refusals.push(await outsider.resume(runId).catch((error: unknown) => error));
      });
      expectSoundness(reports, await undisturbedEnding(makeWorld(crashCase)));
      const codes = refusals.map((refusal) =>
        refusal instanceof Error && 'code' in refusal ? refusal.code : 'completed',
      );
      // Before the run is there, and once it has ended.
      expect(codes).toEqual(['RUN_NOT_FOUND', ...Array(codes.length - 2).fill('RUN_HELD'), 'completed']);
    },
  );

  async function sweep(crashCase: CrashCase, act: Interference['act']): Promise<readonly InterferenceReport[]> {
    const reports: InterferenceReport[] = [];
    for (let call = 1; ; call += 1) {
      for (const moment of ['before', 'after'] as const) {
        const report = await interfere(makeWorld(crashCase), { call, moment, act });
        if (!report.reached) return reports;
        reports.push(report);
      }
    }
  }
});

function expectSoundness(reports: readonly InterferenceReport[], expected: string): void {
  expect(reports.length).toBeGreaterThan(8);
  expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  for (const { ending } of reports) expect(ending).toBe(expected);
}
