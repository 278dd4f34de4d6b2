import assert from 'node:assert/strict';
import type { Change, Claim } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { claimDue, claimedIds, dueIds, eventTypes, freshIds, readRun } from '../expectations.js';
import { completed, freeRun, json, runCompleted, skipped, started } from '../sample-changes.js';

const about = 'claimDue with begin';

/** What every store must do: committing the first steps of runs with the claims of them. */
export const claimAndBeginCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'commits what the claimer begins with in the claim’s own transaction, under its lease',
    async run({ store, clock, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id, { input: json({ n: 1 }) })]);
      const at = clock.advance(10);
      const seen: Claim[] = [];
      const begin = (claim: Claim): readonly Change[] => {
        seen.push(claim);
        return [skipped('z'), started('a')];
      };
      const [taken] = await claimDue(store, { begin });
      assert.ok(taken);
      const shown = seen.at(-1);
      assert.deepEqual(
        [shown?.run.input, shown?.run.status, shown?.steps, shown?.mail],
        [json({ n: 1 }), 'running', [], []],
      );
      assert.deepEqual(await eventTypes(store, id), [
        'workflow_started',
        'run_claimed',
        'step_skipped',
        'step_started',
      ]);
      const row = await readRun(store, id);
      assert.deepEqual([taken.lease.revision, taken.at, row.lastSeq], [row.revision, at, 4]);
      const events = await store.readEvents(id);
      assert.deepEqual(
        events.slice(1).map(({ at: when, worker, fence }) => [when, worker, fence]),
        Array.from({ length: 3 }, () => [at, 'w2', 1]),
      );
      const steps = await store.readSteps(id);
      assert.deepEqual(
        steps.map(({ stepKey, status, attempts }) => [stepKey, status, attempts]),
        [
          ['z', 'skipped', 0],
          ['a', 'running', 1],
        ],
      );
      const { revision } = taken.lease;
      const recorded = await store.record(taken.lease, [completed('a', 1)], { atRevision: revision });
      assert.equal(recorded.revision, revision + 1);
    },
  },
  {
    about,
    name: 'begins some of several runs, each with changes of its own, and leaves the others as they are claimed',
    async run({ store, newId }) {
      const ids = freshIds(newId);
      await store.createRuns(ids.map((id) => freeRun(id)));
      const begin = ({ run }: Claim) => (ids.indexOf(run.id) % 2 === 0 ? [started(`of-${run.id}`)] : []);
      const claims = await claimDue(store, { limit: 7, begin });
      assert.deepEqual(claimedIds(claims), ids);
      for (const [index, id] of ids.entries()) {
        const keys = (await store.readSteps(id)).map(({ stepKey }) => stepKey);
        assert.deepEqual(keys, index % 2 === 0 ? [`of-${id}`] : []);
        assert.equal(claims[index]?.lease.revision, (await readRun(store, id)).revision);
      }
    },
  },
  {
    about,
    name: 'takes nothing when the claimer throws, or begins with what ends a run',
    async run({ store, newId }) {
      const ids = [newId(), newId()];
      await store.createRuns(ids.map((id) => freeRun(id)));
      const throws = (): readonly Change[] => {
        throw new Error('nothing to begin with');
      };
      await assert.rejects(claimDue(store, { begin: throws }), /nothing to begin with/);
      const ends = ({ run }: Claim) => (run.id === ids[1] ? [started('a'), runCompleted()] : [started('a')]);
      await assert.rejects(claimDue(store, { limit: 2, begin: ends }), /workflow_completed/);
      assert.deepEqual(await dueIds(store), ids);
      for (const id of ids) assert.deepEqual(await eventTypes(store, id), ['workflow_started']);
    },
  },
];
