import { LeaseLostError, type WorkflowStore } from '@sisyphus-state/store';
import { describe, expect, test, vi } from 'vitest';
import { databases } from './databases.js';
import { ignoreFences } from './mutants/ignore-fences.js';
import { undisturbedEnding } from './undisturbed-ending.js';
import { branches, type CrashCase, retrying, sequential } from './workflows.js';
import { haltAndComeBack, type ZombieReport } from './zombies.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

/** Every write with every other: on a server the smallest cases show it. */
const casesOn = { SQLite: [sequential, retrying, branches], PostgreSQL: [retrying, branches] };

describe.each(databases)(
  'on $name, a process that is halted, loses its run to another, and comes back in the middle',
  ({ name, useWorlds }) => {
    const makeWorld = useWorlds();

    test.each(casesOn[name])(
      'writes nothing any more, and the other goes on as if alone: $name (pitfalls 15, 16)',
      async (crashCase) => {
        const expected = await undisturbedEnding(makeWorld(crashCase));
        const reports = await sweepZombies(crashCase);
        expect(reports.length).toBeGreaterThan(15);
        for (const { violations, zombie, ending } of reports) {
          expect(violations).toEqual([]);
          expect(zombie?.error).toBeInstanceOf(LeaseLostError);
          expect(ending).toBe(expected);
        }
      },
    );

    test('turns red when fences are ignored', async () => {
      const reports = await sweepZombies(retrying, ignoreFences);
      const violations = reports.flatMap((report) => report.violations);
      expect(violations).toContainEqual(expect.stringContaining('log and tables differ'));
      expect(violations).toContainEqual(expect.stringContaining('executed after its completion'));
      expect(violations).toContainEqual(expect.stringContaining('one attempt executed twice'));
    });

    /** Every write of the halted process with every write of its heir. */
    async function sweepZombies(
      crashCase: CrashCase,
      between?: (store: WorkflowStore) => WorkflowStore,
    ): Promise<ZombieReport[]> {
      const reports: ZombieReport[] = [];
      for (let halt = 2; ; halt += 1) {
        for (let comeBack = 2; ; comeBack += 1) {
          const report = await haltAndComeBack(makeWorld(crashCase), { halt, comeBack, between });
          if (!report.reached.halt) return reports;
          if (!report.reached.comeBack) break;
          reports.push(report);
        }
      }
    }
  },
);
