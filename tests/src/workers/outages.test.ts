import type { Workflow } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usePostgres } from '../postgres/support/use-postgres.js';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';
import { enqueue } from './support/enqueue.js';
import { findFaults, readRecordedRuns } from './support/recorded-runs.js';
import { untilDrained } from './support/until-drained.js';
import { World } from './support/world.js';

const leaseMs = 3_000;
const runCount = 100;
const workflow: Workflow = {
  name: 'through outages',
  steps: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, type: 'work', with: { ms: 15, value: { [id]: 1 } } })),
  output: '${{ context }}',
};

const postgres = usePostgres();
const tempFolder = useTempFolder();
let here: World;

beforeEach(async () => {
  here = new World((await postgres.database()).url, tempFolder());
  await (await openStore(here.location, { migrate: true })).close();
});
afterEach(() => here.close());

/** Three workers drain a queue; each of the disturbances comes when more of it is done. */
async function drain(disturbances: readonly (() => Promise<unknown>)[]) {
  const store = await here.open();
  const runIds = await enqueue(store, workflow, runCount);
  let ended = 0;
  const onEvent = ({ event }: { readonly event: string }): void => {
    if (event === 'ended') ended += 1;
  };
  const workers = Array.from({ length: 3 }, (_, n) =>
    here.start({
      location: named(here.location, `worker ${n}`),
      executor: { leaseMs },
      work: { concurrency: 4 },
      onEvent,
    }),
  );
  for (const [index, disturb] of disturbances.entries()) {
    await eventually('more has ended', () => ended >= ((index + 1) * runCount) / (disturbances.length + 2));
    await disturb();
  }
  await untilDrained(store);
  return { workers, recorded: await readRecordedRuns(store, runIds) };
}

function named(url: string, name: string): string {
  const address = new URL(url);
  address.searchParams.set('application_name', name);
  return address.href;
}

/** All runs are as they should be, and every worker outlived it: it takes new runs, and is told of them. */
async function expectWell({ workers, recorded }: Awaited<ReturnType<typeof drain>>) {
  expect(recorded.filter(({ run }) => run.status !== 'completed')).toEqual([]);
  expect(findFaults(workflow, recorded, here.lines)).toEqual([]);
  const codes = new Set(here.errors.map(({ code }) => code));
  expect([...codes].filter((code) => code !== 'STORE_IO' && code !== 'LEASE_LOST')).toEqual([]);
  expect(here.errors.filter(({ where }) => ['uncaught', 'unhandled', 'warning', 'stopped'].includes(where))).toEqual(
    [],
  );
  for (const worker of workers.slice(1)) await worker.call('stop');
  const store = await here.open();
  const [last] = await enqueue(store, workflow, 1);
  await eventually(
    'the one that is left takes it',
    async () => (await store.readRun(String(last)))?.status === 'completed',
  );
}

test('a PostgreSQL that is restarted in the middle of the work holds it up, and nothing else', async () => {
  const { restart } = postgres.server();
  // A server that is not ours is not ours to restart.
  if (restart === null) return;
  await expectWell(await drain([restart]));
}, 120_000);

test('a worker whose connections are cut again and again loses nothing and does nothing twice', async () => {
  const cut = async () => {
    const rows = await postgres
      .server()
      .query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker 0'`);
    expect(rows.length).toBeGreaterThan(0);
  };
  await expectWell(await drain([cut, cut, cut, cut, cut]));
}, 120_000);
