import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { forgetOutcomes } from '../crash/mutants/forget-outcomes.js';
import type { Model } from './command.js';
import { anyCommands } from './commands.js';
import type { Flow } from './flow.js';
import { carryAll } from './mutants/carry-all.js';
import { loseWakes } from './mutants/lose-wakes.js';
import { repeatDoubtful } from './mutants/repeat-doubtful.js';
import { retryCaught } from './mutants/retry-caught.js';
import { spareSiblings } from './mutants/spare-siblings.js';
import { reachable } from './note.js';
import { type Between, makeTemplate, RealWorld } from './real-world.js';

/** `MODEL_SEED` with `MODEL_PATH` and `MODEL_REPLAY`, all of which a failure names, repeat it; `MODEL_MS` searches for so long. */
const { MODEL_SEED, MODEL_PATH, MODEL_REPLAY, MODEL_MS = '14000' } = process.env;
const seed = Number(MODEL_SEED ?? Date.now() % 2 ** 31);

let template: Buffer;
beforeAll(async () => {
  template = await makeTemplate();
});

const bothForms = ['data', 'code'] as const;
const same: Between = (store) => store;

interface Trials {
  readonly onTrial?: () => void;
  readonly seen?: Set<string>;
  readonly between?: Between;
  readonly forms?: readonly Flow['form'][];
  readonly replayPath?: string;
}

function agreement({ onTrial, seen = new Set(), between = same, forms = bothForms, replayPath }: Trials) {
  const options = { maxCommands: 30, size: 'max', ...(replayPath !== undefined && { replayPath }) } as const;
  const commands = anyCommands(forms, options);
  return fc.asyncProperty(commands, async (drawn) => {
    onTrial?.();
    const real = await RealWorld.open(template, between);
    try {
      const model: Model = { now: real.clock.now(), runs: [], keys: new Map(), seen };
      await fc.asyncModelRun(() => ({ model, real }), drawn);
    } finally {
      await real.close();
    }
  });
}

describe(`whatever is asked of the engine, whenever its processes die and its clock moves (MODEL_SEED=${seed})`, () => {
  test('it does what a model of the documentation does (pitfalls 5, 7, 11, 12, 13, 19, 21, 34)', async () => {
    let tried = 0;
    const seen = new Set<string>();
    const onTrial = (): void => {
      tried += 1;
    };
    const trials = agreement({ onTrial, seen, ...(MODEL_REPLAY !== undefined && { replayPath: MODEL_REPLAY }) });
    await fc.assert(trials, {
      ...{ seed, numRuns: 1_000_000, interruptAfterTimeLimit: Number(MODEL_MS) },
      ...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
    });
    if (process.env.MODEL_STATS)
      console.log(
        tried,
        reachable.filter((what) => !seen.has(what)),
      );
    if (MODEL_PATH !== undefined) return;
    // On a slow machine the time was up before everything had happened once: then the search goes on until it has.
    const isShort = (): boolean => tried < 50 || reachable.some((what) => !seen.has(what));
    for (let more = 1; isShort() && more <= 50; more += 1) await fc.assert(trials, { seed: seed + more, numRuns: 50 });
    expect(tried).toBeGreaterThanOrEqual(50);
    expect(reachable.filter((what) => !seen.has(what))).toEqual([]);
  }, 7_200_000);

  const faults: readonly [string, Between][] = [
    ['an engine that does not commit an outcome before the next step starts', forgetOutcomes],
    ['an outsider whose word does not wake a parked run', loseWakes],
    ['a fork that has what it was to do anew', carryAll],
    ['a step repeated that must not run twice', repeatDoubtful],
    ['a failure that the run has gone on from tried again', retryCaught],
    ['a sibling that goes on when a step has failed', spareSiblings],
  ];
  const inBothForms = bothForms.flatMap((form) => faults.map(([fault, between]) => [fault, form, between] as const));
  test.each(inBothForms)(
    'would be found out: %s, as %s',
    async (_, form, between) => {
      const trials = agreement({ between, forms: [form] });
      const found = await fc.check(trials, { seed: 1, numRuns: 600, endOnFailure: true });
      expect(found).toMatchObject({ failed: true, interrupted: false });
    },
    300_000,
  );
});
