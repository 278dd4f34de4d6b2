import { expect, test } from 'vitest';
import { onEachDatabase } from '../support/on-each-database.js';
import { drainUnderKills } from './drain-under-kills.js';
import { allowedWaitMs, isAsPromised } from './report.js';

/** `CHAOS_SEED` repeats how long the steps take; the processes themselves race as they like. */
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31);

onEachDatabase(({ world }) => {
  test(`workers that are killed again and again leave no run unfinished, and nothing is done twice (CHAOS_SEED=${seed}, pitfalls 15, 18, 21, 28)`, async () => {
    const load = { runs: 200, kills: 8, workers: 4, concurrency: 5, stepMs: [5, 20], leaseMs: 5_000, seed } as const;
    const report = await drainUnderKills(await world(), { ...load, deadlineMs: 60_000 });
    expect(report.faults).toEqual([]);
    expect(report.errors).toEqual([]);
    expect([report.completed, report.kills]).toEqual([load.runs, load.kills]);
    // A kill that hits nobody at work proves nothing.
    expect(report.orphaned).toBeGreaterThanOrEqual(load.kills);
    expect(report.longestWaitMs).toBeLessThanOrEqual(allowedWaitMs(load));
    expect(isAsPromised(load, report)).toBe(true);
  }, 180_000);
});
