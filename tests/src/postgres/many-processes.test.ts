import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../support/postgres-server.js';
import { expectWhole } from './support/expect-whole.js';
import { freeRun } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';
import { useWorkers } from './support/use-workers.js';

const postgres = usePostgres();
const startWorkers = useWorkers();
let database: TestDatabase;
let store: WorkflowStore;

beforeAll(async () => {
  database = await postgres.database();
  store = await openStore(database.url, { migrate: true });
});
afterAll(() => store.close());

async function createRuns(count: number): Promise<readonly string[]> {
  const created = await store.createRuns(Array.from({ length: count }, () => freeRun()));
  return created.map(({ runId }) => runId);
}

test('several processes want the same runs: each run has one of them, from its first step to its end', async () => {
  const workers = await startWorkers(4);
  const runIds = await createRuns(40);
  const opened = await Promise.all(workers.map((worker) => worker.ask({ verb: 'open', url: database.url })));
  expect(opened.every(({ ok }) => ok)).toBe(true);
  const steps = 6;
  const answers = await Promise.all(
    workers.map((worker, index) => {
      // Each begins elsewhere, so that they meet in the middle.
      const turned = [...runIds.slice(index * 10), ...runIds.slice(0, index * 10)];
      return worker.ask({ verb: 'walk', runIds: turned, worker: `w${index}`, steps });
    }),
  );
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  expect(answers.flatMap(({ taken }) => taken).sort()).toEqual([...runIds].sort());
  for (const runId of runIds) {
    const run = await store.readRun(runId);
    expect([run?.status, run?.fence, run?.revision, run?.lastSeq]).toEqual(['completed', 1, steps + 3, 2 * steps + 3]);
    await expectWhole(store, runId);
  }
}, 60_000);

test('several processes claim the same fifty runs in one call each: no run has two holders, none is left', async () => {
  const workers = await startWorkers(4);
  await Promise.all(workers.map((worker) => worker.ask({ verb: 'open', url: database.url })));
  const runIds = await createRuns(50);
  const claimAll = () =>
    Promise.all(
      workers.map((worker, index) => {
        const ids = index % 2 === 0 ? runIds : [...runIds].reverse();
        return worker.ask({ verb: 'claim', runIds: ids, worker: `w${index}` });
      }),
    );
  // What one of them had locked the others skipped: by the second time all are held.
  const answers = [...(await claimAll()), ...(await claimAll())];
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  expect(answers.flatMap(({ taken }) => taken).sort()).toEqual([...runIds].sort());
}, 60_000);

test('eight processes open one empty database at once and migrate it: no failure, one set of tables', async () => {
  const workers = await startWorkers(8);
  for (let round = 0; round < 5; round++) {
    const { url, drop } = await postgres.server().createDatabase();
    const options = { migrate: true };
    const answers = await Promise.all(workers.map((worker) => worker.ask({ verb: 'open', url, options })));
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    const check = await openStore(url);
    expect(await check.listRuns()).toEqual([]);
    await check.close();
    await drop();
  }
}, 60_000);
