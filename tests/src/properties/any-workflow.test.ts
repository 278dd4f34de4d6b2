import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DatabaseKind, databases } from '../crash/databases.js';
import type { DeathPoint, Fault } from '../crash/live.js';
import { acknowledgeEarly } from '../crash/mutants/acknowledge-early.js';
import { forgetOutcomes } from '../crash/mutants/forget-outcomes.js';
import type { MakeWorld } from '../crash/world.js';
import { dropFalsyResults } from './drop-falsy-results.js';
import { liveThrough, type Trial } from './live-through.js';
import { randomSteps } from './random-workflow.js';
import { writeWorkflow } from './write-workflow.js';

/** `PROPERTY_SEED` (and `PROPERTY_PATH`, which a failure names) repeats a search. */
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const path = process.env.PROPERTY_PATH;

/** How far a search goes; a world on PostgreSQL takes many times as long as one in memory. */
const searches = {
  SQLite: { keeping: ['world', 'memory', 'memory'], numRuns: 400, searchMs: 20_000, atLeast: 25 },
  PostgreSQL: { keeping: ['world'], numRuns: 60, searchMs: 12_000, atLeast: 10 },
} as const;

const death: fc.Arbitrary<DeathPoint> = fc.oneof(
  fc.record({ call: fc.integer({ min: 1, max: 8 }), moment: fc.constantFrom('before' as const, 'after' as const) }),
  fc.record({ effect: fc.integer({ min: 1, max: 5 }) }),
);

function randomTrial(name: DatabaseKind['name']): fc.Arbitrary<Trial> {
  return fc.record({
    specs: randomSteps(),
    keeping: fc.constantFrom(...searches[name].keeping),
    deaths: fc.array(death, { maxLength: 4 }),
  });
}

/** What is promised of every workflow, however its processes die; `onTrial` hears of each that is tried. */
function promise(trial: fc.Arbitrary<Trial>, makeWorld: MakeWorld, onTrial: () => void, between?: Fault['between']) {
  return fc.asyncProperty(trial, async (drawn) => {
    onTrial();
    expect(await liveThrough(makeWorld(writeWorkflow(drawn.specs)), drawn, between)).toEqual([]);
  });
}

describe.each(databases)(
  `any workflow, on $name, with any failures and crashes (PROPERTY_SEED=${seed})`,
  (database) => {
    const makeWorld = database.useWorlds();
    const trial = randomTrial(database.name);
    const { numRuns, searchMs, atLeast } = searches[database.name];

    test('ends as if nothing had happened: the log folds to the tables, each end is one event, nothing completed runs again (pitfalls 2, 20, 22, 29)', async () => {
      let tried = 0;
      const count = (): void => {
        tried += 1;
      };
      await fc.assert(promise(trial, makeWorld, count), { seed, path, numRuns, interruptAfterTimeLimit: searchMs });
      expect(tried).toBeGreaterThanOrEqual(path === undefined ? atLeast : 1);
    }, 120_000);

    test.each([
      ['an engine that does not commit an outcome before the next step starts', forgetOutcomes],
      ['an engine that enters handlers before the commit that says so', acknowledgeEarly],
      ['a store that keeps falsy results as none, as the draft did', dropFalsyResults],
    ])(
      'would be found out: %s, and again with the seed and the path that are named',
      async (_, between) => {
        const options = { seed: 1, numRuns: 200, endOnFailure: true };
        const broken = promise(trial, makeWorld, () => undefined, between);
        const found = await fc.check(broken, options);
        expect(found).toMatchObject({ failed: true, interrupted: false });
        const again = await fc.check(broken, { ...options, path: found.counterexamplePath ?? '' });
        expect(again).toMatchObject({ failed: true, numRuns: 1, counterexample: found.counterexample });
      },
      120_000,
    );
  },
);
