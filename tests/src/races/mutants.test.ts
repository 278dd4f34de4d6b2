import { join } from 'node:path';
import type { WorkflowStore } from '@sisyphus-state/store';
import { describe, expect, test } from 'vitest';
import { ignoreFences } from '../crash/mutants/ignore-fences.js';
import { useTempFolder } from '../support/temp-folder.js';
import { useStores } from '../support/use-stores.js';
import { holdRaces, type RaceOptions } from './hold-races.js';
import { answerTwice } from './mutants/answer-twice.js';
import { decideStale } from './mutants/decide-stale.js';
import { forgetRevisions } from './mutants/forget-revisions.js';
import { drawTakeovers } from './race.js';
import { localRacer } from './racer.js';

const tempFolder = useTempFolder();
const openStore = useStores();

/** What is the first thing to be found when every racer's store has a fault. */
async function firstViolation(
  fault: (store: WorkflowStore) => WorkflowStore,
  draw?: RaceOptions['draw'],
): Promise<string> {
  const folder = tempFolder();
  const file = join(folder, 'state.db');
  const store = await openStore(file);
  const stores = [await openStore(file), await openStore(file), await openStore(file)].map(fault);
  const report = await holdRaces({
    ...{ seed: 1, rounds: 3000, forMs: 60_000, lanes: 12, enough: 1, store, draw },
    effectsOf: (seed) => join(folder, `${seed}.effects`),
    makeRacers: (effects) => stores.map((each, racer) => localRacer(racer, each, effects)),
  });
  return report.violations[0] ?? `nothing found in ${report.rounds} rounds`;
}

describe('the races turn red', () => {
  test('when a holder that lost its lease writes on', async () => {
    expect(await firstViolation(ignoreFences, drawTakeovers)).toMatch(
      /log and tables differ|made twice|was told|comes to rest/,
    );
  }, 120_000);

  test('when a run is parked with news unread', async () => {
    expect(await firstViolation(forgetRevisions)).toMatch(/parked with a \w+ unread/);
  }, 120_000);

  test('when two answers to one question both go through', async () => {
    expect(await firstViolation(answerTwice)).toMatch(/answers were taken/);
  }, 120_000);

  test('when an outsider decides by what it read before', async () => {
    expect(await firstViolation(decideStale)).toMatch(/ends|differ|answers were taken|parked with/);
  }, 120_000);
});
