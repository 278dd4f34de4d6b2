import { describe, expect, test, vi } from 'vitest';
import { databases } from './databases.js';
import type { Fault } from './live.js';
import { acknowledgeEarly } from './mutants/acknowledge-early.js';
import { forgetOutcomes } from './mutants/forget-outcomes.js';
import { openSplitStore, writeEventsAfterwards } from './mutants/split-commits.js';
import { openSplitPostgresStore } from './mutants/split-commits-postgres.js';
import { sweepWrites } from './sweep.js';
import { retrying } from './workflows.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const openSplit = { SQLite: openSplitStore, PostgreSQL: openSplitPostgresStore } as const;

describe.each(databases)('the crash sweep on $name turns red', ({ name, useWorlds }) => {
  const makeWorld = useWorlds();

  async function sweep(fault: Fault): Promise<readonly string[]> {
    return (await sweepWrites(retrying, { makeWorld, depth: 1, fault })).violations;
  }

  test('when state and event are two commits (pitfall 29)', async () => {
    const violations = await sweep({ open: openSplit[name], between: writeEventsAfterwards });
    expect(violations).toContainEqual(expect.stringContaining('log and tables differ'));
  });

  test("when a step's outcome is not committed before the next step starts", async () => {
    const violations = await sweep({ between: forgetOutcomes });
    expect(violations).toContainEqual(expect.stringContaining('started before the end of what it needs'));
  });

  test('when a handler is entered before the commit that says so', async () => {
    const violations = await sweep({ between: acknowledgeEarly });
    expect(violations).toContainEqual(expect.stringContaining('executed without a recorded start'));
  });
});
