import assert from 'node:assert/strict';
import { noUsage, type RunUsage, type Spend } from '@sisyphus-state/schema';
import { type Change, decideCancel, type WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claimed, freshIds, readRun, rejectsWith } from '../expectations.js';
import { completed, freeRun, heldRun, leaseOf, runFailed, started } from '../sample-changes.js';

const about = 'budgets that runs share';
const none: Spend = { tokens: 0, cost: 0 };

function tokens(amount: number): Spend {
  return { tokens: amount, cost: 0 };
}

/** An attempt that begins as the `n`-th of its run, after so much was used. */
function begun(stepKey: string, reserved: Spend, before: RunUsage = noUsage): Change {
  const { steps, attempts } = before;
  const runUsage = { ...before, steps: steps + 1, attempts: attempts + 1, reserved };
  return { ...started(stepKey), reserved, runUsage } as Change; // what `started` makes, and two fields of it
}

function settled(stepKey: string, used: number, steps = 1): Change {
  return { ...completed(stepKey), runUsage: { ...noUsage, steps, attempts: steps, ...tokens(used) } } as Change; // as above
}

/** A run with a budget, and two children of it that somebody holds. */
async function family({ store, newId }: ConformanceEnv, budget: Readonly<Record<string, number>>) {
  const [parent, one, other] = freshIds(newId);
  const lease = leaseOf((await store.createRuns([heldRun(parent, { budget })]))[0]);
  const children = [one, other].map((id) =>
    freeRun(id, { parent: { runId: parent, stepKey: 'c', rootRunId: parent } }),
  );
  await store.createRuns(children);
  const leases = [(await claimed(store, one)).lease, (await claimed(store, other)).lease] as const;
  return { parent, lease, leases };
}

async function potOf(store: WorkflowStore, runId: string) {
  const [pot] = await store.readPots([runId]);
  assert.ok(pot, `run ${runId} has no pot`);
  return pot;
}

/** What every store must do: the budget of a run is one pot for it and all its descendants. */
export const potCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'says with a lease which runs’ budgets its attempts draw on, and nothing where there are none',
    async run(env) {
      const { store, newId } = env;
      const { parent, lease, leases } = await family(env, { tokens: 5 });
      assert.deepEqual([lease.pots, leases[0].pots], [[parent], [parent]]);
      const grandchild = newId();
      const { runId } = leases[0];
      const own = { parent: { runId, stepKey: 'c', rootRunId: parent }, budget: { tokens: 2 } };
      const [created] = await store.createRuns([heldRun(grandchild, own)]);
      assert.deepEqual(leaseOf(created).pots, [grandchild, parent]);
      const [plain] = await store.createRuns([heldRun(newId())]);
      assert.equal('pots' in leaseOf(plain), false);
      assert.deepEqual(await store.readPots([runId, newId()]), []);
    },
  },
  {
    about,
    name: 'puts what parent and children use into one pot, in the commits that say so',
    async run(env) {
      const { store } = env;
      const { parent, lease, leases } = await family(env, { tokens: 100, steps: 9 });
      await store.record(leases[0], [begun('a', tokens(40))]);
      await store.record(lease, [begun('b', tokens(30))]);
      assert.deepEqual((await potOf(store, parent)).usage.reserved, tokens(70));
      await store.record(leases[0], [settled('a', 10)]);
      await store.record(lease, [settled('b', 35)]);
      const { budget, usage } = await potOf(store, parent);
      assert.deepEqual(budget, { tokens: 100, steps: 9 });
      assert.deepEqual(usage, { steps: 2, attempts: 2, duration: 0, tokens: 45, cost: 0, reserved: none });
    },
  },
  {
    about,
    name: 'refuses the whole commit of an attempt that has no room, and says whether there may be some later',
    async run(env) {
      const { store } = env;
      const { parent, leases } = await family(env, { tokens: 100 });
      await store.record(leases[0], [begun('a', tokens(60))]);
      const before = await readRun(store, leases[1].runId);
      const passing = await refusal(store.record(leases[1], [begun('b', tokens(60))]));
      const expected = { amount: 'tokens', used: 60, limit: 100, needed: 60, potId: parent, stepKey: 'b' };
      assert.deepEqual(passing, { ...expected, isPassing: true });
      assert.deepEqual(await readRun(store, leases[1].runId), before);
      await store.record(leases[0], [settled('a', 50)]);
      const final = await refusal(store.record(leases[1], [begun('b', tokens(60))]));
      assert.deepEqual(final, { ...expected, used: 50, isPassing: false });
      await store.record(leases[1], [begun('b', tokens(50))]);
    },
  },
  {
    about,
    name: 'lets racing children take no more than there is',
    async run(env) {
      const { store } = env;
      const { parent, lease, leases } = await family(env, { tokens: 100 });
      const racing = [lease, ...leases].map((each) => store.record(each, [begun('a', tokens(40))]));
      const outcomes = await Promise.allSettled(racing);
      const kept = outcomes.filter(({ status }) => status === 'fulfilled');
      assert.equal(kept.length, 2);
      assert.deepEqual((await potOf(store, parent)).usage.reserved, tokens(80));
    },
  },
  {
    about,
    name: 'charges what was used although nothing is left, and what undoes a run',
    async run(env) {
      const { store } = env;
      const { parent, leases } = await family(env, { tokens: 10 });
      await store.record(leases[0], [begun('a', tokens(10))]);
      await store.record(leases[0], [settled('a', 500)]);
      const after = { ...noUsage, steps: 1, attempts: 1, ...tokens(500) };
      await store.record(leases[0], [begun('a/compensate', none, after)]);
      const { usage } = await potOf(store, parent);
      assert.deepEqual([usage.tokens, usage.attempts], [500, 2]);
    },
  },
  {
    about,
    name: 'charges attempts of a child whose holder is gone when somebody cancels it',
    async run(env) {
      const { store, processes } = env;
      const { parent, leases } = await family(env, { tokens: 100 });
      await store.record(leases[0], [begun('a', tokens(25))]);
      processes.kill('main');
      await store.transact(leases[0].runId, (snapshot) => decideCancel(snapshot, null));
      const { usage } = await potOf(store, parent);
      assert.deepEqual([usage.tokens, usage.reserved], [25, none]);
    },
  },
  {
    about,
    name: 'goes by the budget as it was raised last, and makes a pot for a run that gets its first one',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const used = { ...noUsage, ...tokens(7) };
      await store.record(lease, [started('z'), { ...completed('z'), runUsage: used } as Change, runFailed()]); // as above
      const request = { runIds: [id], worker: 'w2', leaseMs: 60_000, mode: 'resume' } as const;
      const [outcome] = await store.claimRuns({ ...request, budget: { tokens: 10 } });
      assert.ok(outcome?.kind === 'claimed');
      const { lease: held } = outcome;
      assert.deepEqual(held.pots, [id]);
      assert.equal((await potOf(store, id)).usage.tokens, 7);
      await refusal(store.record(held, [begun('a', tokens(4), used)]));
      const [raised] = await store.claimRuns({ ...request, takeover: true, budget: { tokens: 11 } });
      assert.ok(raised?.kind === 'claimed');
      await store.record(raised.lease, [begun('a', tokens(4), used)]);
    },
  },
  {
    about,
    name: 'refuses a child that would begin attempts in the commit that creates it, and deletes pots with their runs',
    async run(env) {
      const { store, newId } = env;
      const { parent, lease } = await family(env, { tokens: 100 });
      const child = { parent: { runId: parent, stepKey: 'c', rootRunId: parent }, changes: [begun('a', none)] };
      await assert.rejects(async () => store.createRuns([heldRun(newId(), child)]), TypeError);
      await store.record(lease, [runFailed()]);
      assert.equal(await store.deleteRuns([parent]), 1);
      assert.deepEqual(await store.readPots([parent]), []);
    },
  },
];

async function refusal(commit: Promise<unknown>): Promise<unknown> {
  const error = await rejectsWith(commit, 'BUDGET_REFUSED');
  return 'shortage' in error ? error.shortage : null;
}
