import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeathPoint, Fault } from '../crash/live.js';
import { acknowledgeEarly } from '../crash/mutants/acknowledge-early.js';
import { forgetOutcomes } from '../crash/mutants/forget-outcomes.js';
import { worldMaker } from '../crash/world.js';
import { useTempFolder } from '../support/temp-folder.js';
import { dropFalsyResults } from './drop-falsy-results.js';
import { liveThrough, type Trial } from './live-through.js';
import { randomSteps } from './random-workflow.js';
import { writeWorkflow } from './write-workflow.js';

/** `PROPERTY_SEED` (and `PROPERTY_PATH`, which a failure names) repeats a search. */
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const path = process.env.PROPERTY_PATH;
const searchMs = 20_000;

const tempFolder = useTempFolder();
let makeWorld: Awaited<ReturnType<typeof worldMaker>>;

beforeEach(async () => {
  makeWorld = await worldMaker(tempFolder());
});

const death: fc.Arbitrary<DeathPoint> = fc.oneof(
  fc.record({ call: fc.integer({ min: 1, max: 8 }), moment: fc.constantFrom('before' as const, 'after' as const) }),
  fc.record({ effect: fc.integer({ min: 1, max: 5 }) }),
);

const trial: fc.Arbitrary<Trial> = fc.record({
  specs: randomSteps(),
  keeping: fc.constantFrom('file', 'memory', 'memory'),
  deaths: fc.array(death, { maxLength: 4 }),
});

/** What is promised of every workflow, however its processes die. */
function promise(tried: { count: number }, between?: Fault['between']) {
  return fc.asyncProperty(trial, async (drawn) => {
    tried.count += 1;
    expect(await liveThrough(makeWorld(writeWorkflow(drawn.specs)), drawn, between)).toEqual([]);
  });
}

describe(`any workflow, with any failures and crashes (PROPERTY_SEED=${seed})`, () => {
  test('ends as if nothing had happened: the log folds to the tables, each end is one event, nothing completed runs again (pitfalls 2, 20, 22, 29)', async () => {
    const tried = { count: 0 };
    await fc.assert(promise(tried), { seed, path, numRuns: 400, interruptAfterTimeLimit: searchMs });
    expect(tried.count).toBeGreaterThanOrEqual(path === undefined ? 25 : 1);
  }, 120_000);
});

describe('the search finds', () => {
  test.each([
    ['an engine that does not commit an outcome before the next step starts', forgetOutcomes],
    ['an engine that enters handlers before the commit that says so', acknowledgeEarly],
    ['a store that keeps falsy results as none, as the draft did', dropFalsyResults],
  ])(
    '%s, and finds it again with the seed and the path it names',
    async (_, between) => {
      const options = { seed: 1, numRuns: 200, endOnFailure: true };
      const found = await fc.check(promise({ count: 0 }, between), options);
      expect(found).toMatchObject({ failed: true, interrupted: false });
      const again = await fc.check(promise({ count: 0 }, between), {
        ...options,
        path: found.counterexamplePath ?? '',
      });
      expect(again).toMatchObject({ failed: true, numRuns: 1, counterexample: found.counterexample });
    },
    120_000,
  );
});
