import { beforeEach, describe, expect, test, vi } from 'vitest';
import { useTempFolder } from '../support/temp-folder.js';
import { sweepWrites } from './sweep.js';
import { branches, crashCases, retrying, smallForeach } from './workflows.js';
import { worldMaker } from './world.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const tempFolder = useTempFolder();
let makeWorld: Awaited<ReturnType<typeof worldMaker>>;

beforeEach(async () => {
  makeWorld = await worldMaker(tempFolder());
});

describe('a process that stops at any of its writes', () => {
  test.each(crashCases)('loses nothing and repeats nothing that is done: $name (pitfalls 4, 21)', async (crashCase) => {
    const report = await sweepWrites(crashCase, { makeWorld, depth: 1 });
    expect(report.violations).toEqual([]);
    expect(report.crashes).toBeGreaterThanOrEqual(8);
  });

  test.each([retrying, smallForeach, branches])(
    'and so does the process that resumes, when it stops at any of its own: $name',
    async (crashCase) => {
      const report = await sweepWrites(crashCase, { makeWorld, depth: 2 });
      expect(report.violations).toEqual([]);
    },
  );
});
