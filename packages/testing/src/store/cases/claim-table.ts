import assert from 'node:assert/strict';
import type { Change, ClaimOutcome } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claim, dump, readRun } from '../expectations.js';
import {
  freeRun,
  heldRun,
  leaseMs,
  leaseOf,
  runCancelled,
  runCompleted,
  runFailed,
  runReleased,
  suspended,
} from '../sample-changes.js';

const about = 'claimRuns, every status and lease';

/** Makes a run of one status and lease, and returns its id. */
type Make = (env: ConformanceEnv) => Promise<string>;

const states = {
  'pending and due': (env) => make(env, null, []),
  'pending, its start an hour away': async ({ store, clock, newId }) => {
    const id = newId();
    await store.createRuns([freeRun(id, { wakeAt: clock.now() + 3_600_000 })]);
    return id;
  },
  'pending, its start just come': async ({ store, clock, newId }) => {
    const id = newId();
    await store.createRuns([freeRun(id, { wakeAt: clock.now() + 5 })]);
    clock.advance(5);
    return id;
  },
  'given back': (env) => make(env, 'w1', [runReleased]),
  'parked for an hour': (env) => make(env, 'w1', [suspended({ delayMs: 3_600_000 })]),
  'parked until just now': (env) => make(env, 'w1', [suspended({ wakeAt: env.clock.now() })]),
  'parked for somebody else to act': (env) => make(env, 'w1', [suspended()]),
  paused: (env) => make(env, 'w1', [{ type: 'workflow_paused', reason: null }]),
  'running and held': (env) => make(env, 'w1', []),
  'running, its lease just ended': async (env) => {
    const id = await make(env, 'w1', []);
    env.clock.advance(leaseMs);
    return id;
  },
  'running, its holder dead': async (env) => {
    const id = await make(env, 'w1', []);
    env.processes.kill('main');
    return id;
  },
  completed: (env) => make(env, 'w1', [runCompleted()]),
  failed: (env) => make(env, 'w1', [runFailed()]),
  cancelled: (env) => make(env, 'w1', [runCancelled()]),
} satisfies Record<string, Make>;

type Kind = ClaimOutcome['kind'];
type Row = readonly [state: keyof typeof states, continued: Kind, takenOver: Kind, resumed: Kind, resumedOver: Kind];

/** What becomes of a claim: to continue, to continue with takeover, to resume, to resume with takeover. */
const table: readonly Row[] = [
  ['pending and due', 'claimed', 'claimed', 'claimed', 'claimed'],
  ['pending, its start an hour away', 'not_due', 'not_due', 'claimed', 'claimed'],
  ['pending, its start just come', 'claimed', 'claimed', 'claimed', 'claimed'],
  ['given back', 'claimed', 'claimed', 'claimed', 'claimed'],
  ['parked for an hour', 'not_due', 'not_due', 'claimed', 'claimed'],
  ['parked until just now', 'claimed', 'claimed', 'claimed', 'claimed'],
  ['parked for somebody else to act', 'not_due', 'not_due', 'claimed', 'claimed'],
  ['paused', 'not_due', 'not_due', 'claimed', 'claimed'],
  ['running and held', 'held', 'claimed', 'held', 'claimed'],
  ['running, its lease just ended', 'claimed', 'claimed', 'claimed', 'claimed'],
  ['running, its holder dead', 'claimed', 'claimed', 'claimed', 'claimed'],
  ['completed', 'ended', 'ended', 'ended', 'ended'],
  ['failed', 'ended', 'ended', 'claimed', 'claimed'],
  ['cancelled', 'ended', 'ended', 'claimed', 'claimed'],
];

const ways = [
  { how: 'continued', mode: 'continue', takeover: false },
  { how: 'continued with takeover', mode: 'continue', takeover: true },
  { how: 'resumed', mode: 'resume', takeover: false },
  { how: 'resumed with takeover', mode: 'resume', takeover: true },
] as const;

/** What every store must do: every status claimed under every lease. */
export const claimTableCases: readonly ConformanceCase[] = table.flatMap(([state, ...kinds]) =>
  ways.map(
    (way, index): ConformanceCase => ({
      about,
      name: `a run that is ${state}, when ${way.how}: ${kinds[index]}`,
      run: (env) => checkClaim(env, state, way, kinds[index] ?? 'missing'),
    }),
  ),
);

async function checkClaim(env: ConformanceEnv, state: keyof typeof states, way: (typeof ways)[number], kind: Kind) {
  const { store, clock } = env;
  const id = await states[state](env);
  const [before, wholeBefore] = [await readRun(store, id), await dump(store, id)];
  clock.advance(1);
  // A claim of the process that is called dead here would make no sense: a second worker asks.
  const outcome = await claim(store, id, { worker: 'w2', ...way });
  assert.equal(outcome.kind, kind);
  if (outcome.kind !== 'claimed') {
    assert.deepEqual(await dump(store, id), wholeBefore, 'a claim that fails writes nothing');
    if (outcome.kind === 'held')
      assert.deepEqual([outcome.holder, outcome.until], [before.leaseWorker, before.leaseExpiresAt]);
    return;
  }
  const run = await readRun(store, id);
  assert.deepEqual(
    [run.status, run.fence, run.revision, run.leaseWorker, run.leaseExpiresAt, run.wakeAt],
    ['running', before.fence + 1, before.revision + 1, 'w2', clock.now() + leaseMs, null],
  );
  assert.deepEqual(outcome.run, run, 'the claim brings the run as it is now');
  const { fence, revision } = run;
  const expected = { runId: id, worker: 'w2', fence, revision, expiresAt: clock.now() + leaseMs };
  assert.deepEqual(outcome.lease, expected);
  assert.deepEqual(await takenFrom(env, id), before.leaseWorker, 'who lost the run is on record');
}

async function takenFrom({ store }: ConformanceEnv, runId: string): Promise<unknown> {
  const events = await store.readEvents(runId);
  const event = events.findLast(({ type }) => type === 'run_claimed');
  assert.ok(event);
  return JSON.parse(event.payload).takenFrom ?? null;
}

async function make(
  { store, newId }: ConformanceEnv,
  worker: string | null,
  changes: readonly Change[],
): Promise<string> {
  const id = newId();
  const [created] = await store.createRuns([worker === null ? freeRun(id) : heldRun(id, {}, worker)]);
  if (changes.length > 0) await store.record(leaseOf(created), changes);
  return id;
}
