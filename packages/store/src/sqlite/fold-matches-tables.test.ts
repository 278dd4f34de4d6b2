import type { StepRow } from '@sisyphus-state/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../changes/change.js';
import { changeTypes } from '../changes/change-fields.js';
import { verifyRun } from '../changes/verify-run.js';
import { LeaseLostError } from '../errors.js';
import { openStore } from '../open-store.js';
import type { WorkflowStore } from '../store.js';
import type { ForkSource, Lease } from '../store-types.js';
import { json, newRun, runCompleted, runFailed, started, storedError } from '../test-support/sample-changes.js';
import { decideCancel } from '../transitions/decide-cancel.js';
import { decidePause } from '../transitions/decide-pause.js';
import { decideSignal } from '../transitions/decide-signal.js';
import { settledBefore } from '../transitions/settled-before.js';

/** One thing that happens; the numbers choose among what is possible at that moment. */
const event = fc.record({
  what: fc.constantFrom(
    'create',
    'claim',
    'resume',
    'take over',
    'step',
    'step',
    'step',
    'end',
    'release',
    'cancel',
    'log',
    'wait',
    'die',
    'renew',
    'late',
    'park',
    'pause',
    'signal',
    'take mail',
    'undo',
    'look',
    'fork',
  ),
  run: fc.nat({ max: 2 }),
  choice: fc.nat({ max: 11 }),
  value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('x'.repeat(9000))),
});
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** A store, and what its callers remember. */
interface World {
  readonly store: WorkflowStore;
  readonly runs: string[];
  readonly leases: Map<string, Lease>;
  readonly lost: Lease[];
  now: number;
  dead: boolean;
}

/** A life with every kind of change in it, so that each is reached whatever chance brings. */
const everyKind: Event[] = [
  ...[happening('create', 1), happening('step', 0), happening('step', 1), happening('step', 1), happening('step', 2)],
  ...[happening('step', 2), happening('step', 3), happening('step', 3), happening('cancel'), happening('end', 0)],
  ...[happening('resume'), happening('end', 1), happening('create', 1), happening('step', 11), happening('release')],
  ...[happening('cancel'), happening('create', 1), happening('step', 5), happening('step', 5), happening('step', 5)],
  ...[happening('step', 10), happening('signal'), happening('take mail'), happening('pause'), happening('park', 3)],
  ...[happening('signal'), happening('pause'), happening('create', 1), happening('undo'), happening('end', 0)],
  ...[happening('create', 1), happening('step', 9), happening('step', 9)],
  ...[happening('fork'), happening('claim'), happening('step', 7), happening('end', 1), happening('fork')],
];

function happening(what: Event['what'], choice = 0): Event {
  return { what, run: 0, choice, value: null };
}

/** What the property has seen: one that never reached a kind of change would prove nothing of it. */
const seen = new Set<string>();
const unreachable = ['run_adopted'];

describe('a SQLite store', () => {
  it('keeps tables that its log folds to, whatever happens to its runs', async () => {
    const lives = fc.array(event, { minLength: 10, maxLength: 80, size: 'max' });
    await fc.assert(fc.asyncProperty(lives, live), { numRuns: 120, examples: [[everyKind]] });
    expect(changeTypes.filter((type) => !seen.has(type)).sort()).toEqual(unreachable);
  }, 120_000);
});

async function live(events: readonly Event[]): Promise<void> {
  const world: World = {
    store: await openStore(':memory:', options()),
    runs: [],
    leases: new Map(),
    lost: [],
    now: 1,
    dead: false,
  };
  function options() {
    return { clock: () => world.now, isDead: () => world.dead };
  }
  for (const each of events) await happen(world, each);
  for (const id of world.runs) {
    const [run, steps, log] = [
      await world.store.readRun(id),
      await world.store.readSteps(id),
      await world.store.readEvents(id),
    ];
    if (run === null) throw new Error('A run is gone.');
    for (const { type } of log) seen.add(type);
    expect(verifyRun({ run, steps, events: log })).toEqual([]);
    expect(
      steps.filter((step) => step.status === 'completed' && step.result === null && step.resultRef === null),
    ).toEqual([]);
  }
  await world.store.close();
}

async function happen(world: World, { what, run, choice, value }: Event): Promise<void> {
  const { store, runs, leases, lost } = world;
  world.now += choice;
  const id = runs[run];
  if (what === 'create') return create(world, choice, value);
  if (id === undefined) return;
  const lease = leases.get(id);
  if (what === 'claim') return claim(world, id, 'continue', false);
  if (what === 'resume') return claim(world, id, 'resume', false);
  if (what === 'take over') return claim(world, id, 'resume', true);
  if (what === 'cancel') return void (await store.transact(id, (snapshot) => decideCancel(snapshot, 'enough')));
  if (what === 'log') return void (await store.logEvent(id, 'step_completed', value));
  if (what === 'signal') return void (await store.transact(id, (snapshot) => decideSignal(snapshot, 's', json(value))));
  if (what === 'pause') return void (await store.transact(id, (snapshot) => decidePause(snapshot, 'later')));
  if (what === 'look') return look(world, choice);
  if (what === 'fork') return fork(world, id, choice);
  if (what === 'wait') world.now += 500;
  if (what === 'die') world.dead = choice % 2 === 0;
  if (what === 'late') {
    for (const old of lost.filter(({ runId }) => runId === id))
      await expect(store.record(old, [started('late')])).rejects.toBeInstanceOf(LeaseLostError);
  }
  if (lease === undefined) return;
  if (what === 'renew') await store.renewLeases([lease], 100);
  if (what === 'step') await record(world, lease, await nextChanges(world, id, choice, value));
  if (what === 'end') await record(world, lease, [choice % 2 === 0 ? runFailed : runCompleted]);
  if (what === 'release') await record(world, lease, [{ type: 'run_released' }]);
  if (what === 'park') await record(world, lease, [parked(world.now, choice)]);
  if (what === 'undo') await record(world, lease, [undoing]);
  if (what === 'take mail') await record(world, lease, await takeMail(world, id));
}

async function create({ store, runs, leases, now }: World, choice: number, value: unknown): Promise<void> {
  const lease = choice % 3 === 0 ? null : { worker: 'w', leaseMs: 400 };
  const wakeAt = choice % 4 === 0 ? now + 50 : null;
  const [created] = await store.createRuns([
    newRun({ input: json(value), lease, wakeAt, changes: lease ? [started('s0')] : [] }),
  ]);
  if (!created) throw new Error('The run was not created.');
  runs.unshift(created.runId);
  if (created.lease) leases.set(created.runId, created.lease);
}

async function claim(
  { store, leases, lost }: Pick<World, 'store' | 'leases' | 'lost'>,
  id: string,
  mode: 'continue' | 'resume',
  takeover: boolean,
): Promise<void> {
  const [outcome] = await store.claimRuns({ runIds: [id], worker: `w${lost.length}`, leaseMs: 400, mode, takeover });
  if (outcome?.kind !== 'claimed') return;
  const before = leases.get(id);
  if (before) lost.push(before);
  leases.set(id, outcome.lease);
}

/** A fork of what settled before one of the steps began, or of all that settled. */
async function fork({ store, runs }: World, sourceRunId: string, choice: number): Promise<void> {
  const from = `s${choice % 4}`;
  const choose = (source: ForkSource) =>
    settledBefore(source, from) ?? { settled: source.steps.filter(isSettled).map(({ stepKey }) => stepKey) };
  const forked = await store.forkRun({ sourceRunId, id: newRun().id, from, choose });
  if (forked === null) throw new Error('The run was not forked.');
  runs.unshift(forked.runId);
}

function isSettled({ settledSeq }: StepRow): boolean {
  return settledSeq !== null;
}

/** What a worker does: it takes what is due, and what was left by others. */
async function look({ store, leases, lost }: World, choice: number): Promise<void> {
  const queues = [{ name: 'default', ...(choice % 2 === 0 ? { concurrency: 2 } : {}) }];
  const claims = await store.claimDue({ queues, limit: choice % 3, worker: `w${lost.length}`, leaseMs: 400 });
  for (const { lease } of claims) leases.set(lease.runId, lease);
  const abandoned = await store.findAbandoned({ queues });
  for (const { runId } of abandoned) await claim({ store, leases, lost }, runId, 'continue', false);
}

const undoing: Change = { type: 'workflow_ending', as: 'failed', error: storedError, stepKey: null, reason: null };

function parked(now: number, choice: number): Change {
  const delayMs = choice % 3 === 0 ? null : choice * 20.5;
  return { type: 'workflow_suspended', wakeAt: choice % 4 === 0 ? now + 30 : null, delayMs, reason: 'timer' };
}

async function takeMail({ store }: World, id: string): Promise<readonly Change[]> {
  const [first] = await store.readMail(id);
  return first === undefined ? [] : [{ type: 'mail_taken', stepKey: null, mailId: first.id }];
}

/** Records under a lease that may be lost by now: then the world forgets it, as a worker does. */
async function record({ store, leases, lost }: World, lease: Lease, changes: readonly Change[]): Promise<void> {
  const outcome = await store.record(lease, changes).catch((error: unknown) => {
    if (!(error instanceof LeaseLostError)) throw error;
    return null;
  });
  const [last] = changes.slice(-1);
  const isUndoing = last?.type === 'workflow_ending';
  const over = !isUndoing && (last?.type === 'run_released' || last?.type.startsWith('workflow_'));
  if (outcome !== null && !over) return;
  leases.delete(lease.runId);
  lost.push(lease);
}

/** What may happen to one of four steps next, by where it stands. */
async function nextChanges({ store }: World, id: string, choice: number, value: unknown): Promise<readonly Change[]> {
  const stepKey = `s${choice % 4}`;
  const step = (await store.readSteps(id)).find((each) => each.stepKey === stepKey);
  if (step === undefined && choice === 11)
    return [{ type: 'step_skipped', stepKey, stepId: stepKey, stepType: 't', reason: 'no' }];
  const waits = { type: 'step_waiting', stepKey, stepId: stepKey, stepType: 't', wakeAt: null, message: null } as const;
  const waitsForTime = { ...waits, delayMs: 20.5, childRunId: null, attempts: null };
  if (step === undefined && choice === 10) return [waitsForTime];
  if (step === undefined && choice === 9) return [{ ...waits, delayMs: null, childRunId: 'child', attempts: 1 }];
  if (step === undefined || step.status === 'pending') return [started(stepKey, (step?.attempts ?? 0) + 1)];
  const attempt = step.attempts;
  if (step.status === 'in_doubt') return [{ type: 'step_rearmed', stepKey, attempts: attempt }];
  const done: Change = { type: 'step_completed', stepKey, attempt, result: json(value), usage: null };
  const { childRunId } = step;
  if (step.status === 'waiting' && childRunId !== null && choice !== 1)
    return [
      { type: 'step_cancelled', stepKey, attempt, reason: 'given up' },
      { type: 'child_cancel_requested', stepKey, childRunId, reason: null },
    ];
  if (step.status === 'waiting') return [done];
  if (step.status !== 'running') return [];
  const usage = { tokens: choice };
  const outcomes: readonly Change[] = [
    done,
    { type: 'step_failed', stepKey, attempt, error: storedError, usage },
    { type: 'step_retry_scheduled', stepKey, attempt, error: storedError, delayMs: 1.5, usage },
    { type: 'step_cancelled', stepKey, attempt, reason: 'a sibling failed' },
    { ...started(stepKey, attempt + 1), ...{ attemptsBase: 1 } } as Change,
    { type: 'step_in_doubt', stepKey, attempt },
  ];
  return outcomes.slice(choice % outcomes.length, (choice % outcomes.length) + 1);
}
