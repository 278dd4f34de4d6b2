import { join } from 'node:path';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, describe, expect, test } from 'vitest';
import { databases } from '../crash/databases.js';
import { useTempFolder } from '../support/temp-folder.js';
import { useWorkers, type Worker } from '../support/worker.js';
import { holdRaces } from './hold-races.js';
import { raceOptions } from './race-options.js';
import { localRacer, racerOptions, remoteRacer } from './racer.js';

const isWholeTest = process.env.RACE_ROUNDS !== undefined;
const timeout = isWholeTest ? 7_200_000 : 120_000;

describe.each(databases)('on $name, at one instant', ({ useDatabases }) => {
  const newDatabase = useDatabases();
  const tempFolder = useTempFolder();
  const startWorker = useWorkers();
  const opened: WorkflowStore[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  const open = async (location: string): Promise<WorkflowStore> => {
    const store = await openStore(location, { durability: 'process' });
    opened.push(store);
    return store;
  };

  test(
    'complete, cancel, deadline, signal, pause, resume, answers and takeovers leave one end and a log that folds to the tables (pitfalls 7, 15, 19, 22)',
    async () => {
      const location = await newDatabase();
      const stores = [await open(location), await open(location), await open(location)];
      const folder = tempFolder();
      const report = await holdRaces({
        ...raceOptions(process.env, 5000),
        lanes: 12,
        atLeast: 100,
        effectsOf: (seed) => join(folder, `${seed}.effects`),
        makeRacers: (effects) => stores.map((store, racer) => localRacer(racer, store, effects)),
        store: await open(location),
      });
      expect(report.violations).toEqual([]);
      if (process.env.RACE_SEED !== undefined) return;
      // All ends were reached, often: races that all end alike prove little.
      expect(report.rounds).toBeGreaterThanOrEqual(100);
      expect(Object.keys(report.ends).sort()).toEqual(['cancelled', 'completed', 'failed', 'out of time']);
    },
    timeout,
  );

  test(
    'the same between processes',
    async () => {
      const location = await newDatabase();
      const effects = join(tempFolder(), 'effects');
      const workers: Worker[] = [await startWorker(), await startWorker(), await startWorker()];
      for (const worker of workers)
        await worker.call('open', {
          file: location,
          effects,
          store: { durability: 'process' },
          executor: racerOptions,
        });
      const { seed, ...options } = raceOptions(process.env, 2500);
      const report = await holdRaces({
        ...options,
        seed: seed + (process.env.RACE_SEED === undefined ? 1_000_000 : 0),
        rounds: Math.min(options.rounds, 2000),
        // One after the other: their executors are the processes' own, and giving back is for all runs.
        lanes: 1,
        atLeast: 10,
        effectsOf: () => effects,
        makeRacers: () => workers.map((worker, racer) => remoteRacer(racer, worker)),
        store: await open(location),
      });
      expect(report.violations).toEqual([]);
      if (process.env.RACE_SEED === undefined) expect(report.rounds).toBeGreaterThanOrEqual(10);
    },
    timeout,
  );
});
