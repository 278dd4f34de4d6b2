import { type StartOptions, type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import type { Change, Claim, WorkflowStore } from '@sisyphus-state/store';
import { fakeProcesses, manualClock } from '@sisyphus-state/testing';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { enqueue } from './support/enqueue.js';
import { holdingsOf, waitsAfter } from './support/holdings.js';
import { onEachDatabase } from './support/on-each-database.js';
import { readRecordedRuns } from './support/recorded-runs.js';
import { untilDrained } from './support/until-drained.js';
import type { World } from './support/world.js';

const workflow: Workflow = { name: 'one step', steps: [{ id: 'a', type: 'work' }] };
const threeSteps: Workflow = {
  name: 'three steps',
  steps: ['a', 'b', 'c'].map((id) => ({ id, type: 'work', with: { ms: 60 } })),
};
const leaseMs = 600_000;

/** A store whose answers to claims take a while; meanwhile `then` happens. */
function slowToClaim(store: WorkflowStore, then: () => void): WorkflowStore {
  const late = async <T>(answer: Promise<T>): Promise<T> => {
    const value = await answer;
    then();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return value;
  };
  return {
    ...store,
    claimRuns: (request) => late(store.claimRuns(request)),
    claimDue: (request) => late(store.claimDue(request)),
  };
}

/** A run whose holder's process has died, and the store of one that can tell. */
async function leaveOneRun(here: World) {
  const processes = fakeProcesses();
  const gone = await here.open({ identity: processes.identityOf('gone'), isDead: processes.isDead });
  const [left] = await enqueue(gone, workflow, 1);
  await gone.claimDue({ queues: [{ name: 'default' }], limit: 1, worker: 'gone', leaseMs });
  processes.kill('gone');
  const store = await here.open({ isDead: processes.isDead });
  return { left: String(left), store };
}

onEachDatabase(({ world }) => {
  test('the runs of a dead worker do not stand behind new ones, although all others are full (pitfall 18)', async () => {
    const here = await world();
    const store = await here.open();
    // More than two workers get done in the time that is allowed.
    const runIds = await enqueue(store, threeSteps, 150);
    const shortLeaseMs = 3_000;
    const executor = { leaseMs: shortLeaseMs };
    const [victim] = await Promise.all([
      here.startAndWait({ executor, work: { concurrency: 3 } }),
      here.startAndWait({ executor, work: { concurrency: 2 } }),
    ]);
    await victim.next('entered');
    const death = { worker: victim.name, at: victim.signal('SIGKILL') };
    await eventually('none of its runs is its own any more', async () => {
      const running = await store.listRuns({ status: 'running' });
      return running.every(({ leaseWorker }) => leaseWorker !== victim.name);
    });
    expect(await store.listRuns({ status: 'pending', limit: 1 })).toHaveLength(1);
    const recorded = await readRecordedRuns(store, runIds);
    const waits = waitsAfter(
      [death],
      recorded.flatMap(({ events }) => holdingsOf(events)),
    );
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(shortLeaseMs + 2_000);
    expect(here.errors).toEqual([]);
  }, 120_000);

  test('a worker drives no more runs at once than it may, although it finds some left and some due at the same time', async () => {
    const here = await world();
    const { store } = await leaveOneRun(here);
    await enqueue(store, workflow, 3);
    const listeners = new Set<() => void>();
    const tell = (): void => {
      for (const listener of listeners) listener();
    };
    const watched: WorkflowStore = {
      ...slowToClaim(store, tell),
      watch: (listener) => {
        listeners.add(listener);
        return store.watch(listener);
      },
    };
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    const worker = new WorkflowExecutor(watched, { work }, { leaseMs }).work({ concurrency: 1 });
    await untilDrained(store);
    await worker.stop();
    expect(most).toBe(1);
  });

  test('a worker that is stopped while it takes runs holds none of them afterwards', async () => {
    const here = await world();
    const { store, left } = await leaveOneRun(here);
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve, reject) => {
      stop = () => void worker.stop().then(resolve, reject);
    });
    const executor = new WorkflowExecutor(
      slowToClaim(store, () => stop()),
      { work: () => null },
      { leaseMs },
    );
    const worker = executor.work();
    await stopped;
    expect(await store.readRun(left)).toMatchObject({ leaseWorker: null });
  });

  test.each<[string, StartOptions]>([
    ['with its run’s claim', {}],
    ['in a commit of its own', { budget: { steps: 9 } }],
  ])(
    'a worker that is interrupted while a step’s start is committed %s enters no handler any more',
    async (_, options) => {
      const here = await world();
      const store = await here.open();
      const [runId] = await enqueue(store, workflow, 1, () => options);
      let interrupt = (): void => undefined;
      const interrupted = new Promise<void>((resolve, reject) => {
        interrupt = () => void worker.interrupt().then(resolve, reject);
      });
      const late: WorkflowStore = {
        ...store,
        record: async (lease, changes, options) => {
          const recorded = await store.record(lease, changes, options);
          if (changes.some(({ type }) => type === 'step_started')) interrupt();
          return recorded;
        },
        claimDue: async (request) => {
          const begun: string[] = [];
          const begin = (claim: Claim): readonly Change[] => {
            const changes = request.begin?.(claim) ?? [];
            begun.push(...changes.map(({ type }) => type));
            return changes;
          };
          const claims = await store.claimDue({ ...request, begin });
          if (begun.includes('step_started')) interrupt();
          return claims;
        },
      };
      let calls = 0;
      const handler = defineHandler({
        type: 'work',
        run: (_, { signal }) => {
          calls += 1;
          return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        },
      });
      const executor = new WorkflowExecutor(late, [handler], { leaseMs });
      const worker = executor.work();
      await interrupted;
      expect(await store.readRun(String(runId))).toMatchObject({ status: 'pending', leaseWorker: null });
      expect(calls).toBe(0);
    },
  );

  test('a worker does not take its own runs from itself when the clock ends their leases (pitfalls 18, 34)', async () => {
    const here = await world();
    const clock = manualClock(Date.now());
    const store = await here.open({ clock: clock.now });
    let rounds = 0;
    const counted: WorkflowStore = {
      ...store,
      findAbandoned: async (request) => {
        const found = await store.findAbandoned(request);
        rounds += 1;
        return found;
      },
    };
    let calls = 0;
    let end = (): void => undefined;
    const handler = defineHandler({
      type: 'work',
      run: () =>
        new Promise<void>((resolve) => {
          calls += 1;
          end = resolve;
        }),
    });
    const worker = new WorkflowExecutor(counted, [handler], { leaseMs }).work();
    const [runId] = await enqueue(store, workflow, 1);
    await eventually('the handler is entered', () => calls === 1);
    clock.advance(2 * leaseMs);
    const before = rounds;
    await eventually('it has looked for abandoned runs twice', () => rounds >= before + 2);
    end();
    await untilDrained(store);
    await worker.stop();
    expect([calls, await store.readRun(String(runId))]).toMatchObject([1, { status: 'completed', fence: 1 }]);
  });
});
