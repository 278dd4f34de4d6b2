import { describe, expect, test, vi } from 'vitest';
import { databases } from './databases.js';
import { forkCases } from './fork-workflows.js';
import { sweepWrites } from './sweep.js';
import { branches, crashCases, retrying, smallForeach } from './workflows.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

describe.each(databases)('a process that stops at any of its writes, on $name', ({ name, useWorlds }) => {
  const makeWorld = useWorlds();

  test.each([...crashCases, ...forkCases])(
    'loses nothing and repeats nothing that is done: $name (pitfalls 4, 21)',
    async (crashCase) => {
      const report = await sweepWrites(crashCase, { makeWorld, depth: 1 });
      expect(report.violations).toEqual([]);
      expect(report.crashes).toBeGreaterThanOrEqual(8);
    },
  );

  // The second crash is the engine's matter: one database is enough for so many worlds.
  test.each(name === 'SQLite' ? [retrying, smallForeach, branches] : [])(
    'and so does the process that resumes, when it stops at any of its own: $name',
    async (crashCase) => {
      const report = await sweepWrites(crashCase, { makeWorld, depth: 2 });
      expect(report.violations).toEqual([]);
    },
  );
});
