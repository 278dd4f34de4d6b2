import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, test } from 'vitest';
import { countCommits } from './support/count-commits.js';
import { chain, type Handlers, useTwoWorlds } from './support/two-worlds.js';

const twoWorlds = useTwoWorlds();
const manySteps = chain(...Array.from({ length: 20 }, (_, index) => `step${index}`));
const doNothing: Handlers = Object.fromEntries(manySteps.steps.map(({ id }) => [id, () => undefined]));

describe("the draft's faults: what is recorded, and in how many commits", () => {
  test('attempts never counted: here every attempt is, over retries and resumes (pitfall 12)', async () => {
    const { draft, ours } = await twoWorlds();
    let calls = 0;
    const shaky: Handlers = {
      shaky: () => {
        calls += 1;
        if (calls < 4) throw new Error('not yet');
      },
    };

    const run = draft.store.db.prepare('SELECT id FROM workflow_runs').pluck();
    const theirs = draft.executor(shaky);
    await expect(theirs.execute(chain('shaky'), {})).rejects.toThrow('not yet');
    await expect(theirs.resume(String(run.get()), chain('shaky'))).rejects.toThrow('not yet');
    expect(draft.store.db.prepare('SELECT attempts FROM workflow_steps').pluck().all()).toEqual([0]);

    calls = 0;
    const executor = ours.executor(shaky);
    const step = { id: 'shaky', type: 'shaky', retry: { attempts: 2, backoff: 1, jitter: 'none' as const } };
    const failed = executor.execute({ name: 'shaky', steps: [step] }, {});
    const runId = await failed.catch(({ runId }: { runId: string }) => runId);
    expect((await ours.store.getRunState(String(runId)))?.steps).toMatchObject([{ status: 'failed', attempts: 2 }]);
    await executor.resume(String(runId));
    expect((await ours.store.getRunState(String(runId)))?.steps).toMatchObject([{ status: 'completed', attempts: 4 }]);
  });

  test('context never saved, so resuming a completed run returns {}: here it is saved with the end and comes back', async () => {
    const { draft, ours } = await twoWorlds();
    const handlers: Handlers = { reserve: () => ({ stock: 3 }) };

    const theirs = await draft.executor(handlers).execute(chain('reserve'), { amount: 1 });
    expect((await draft.executor(handlers).resume(theirs.runId, chain('reserve'))).context).toEqual({});

    const live = await ours.executor(handlers).execute(chain('reserve'), { amount: 1 });
    expect(live.context).toEqual({ amount: 1, stock: 3 });
    expect(await ours.executor(handlers).resume(live.runId)).toEqual(live);
    expect((await ours.store.getRunState(live.runId))?.context).toEqual({ amount: 1, stock: 3 });
  });

  test('all steps re-read before every step: here the journal is read once, when a run is claimed (pitfall 6)', async () => {
    const { draft, ours } = await twoWorlds();
    let reads = 0;
    const { store } = draft;
    const getRunState = store.getRunState.bind(store);
    store.getRunState = (id) => {
      reads += 1;
      return getRunState(id);
    };
    await draft.executor(doNothing).execute(manySteps, {});
    expect(reads).toBe(20);

    const verbs: string[] = [];
    const counted = countCalls(ours.store, verbs);
    const { runId } = await new WorkflowExecutor(counted, doNothing).execute(manySteps, {});
    expect(verbs.filter(readsRun)).toEqual([]);

    const last = manySteps.steps.length - 1;
    const stuck = { ...doNothing, [`step${last}`]: () => Promise.reject(new Error('stuck')) };
    const failed = await new WorkflowExecutor(ours.store, stuck).execute(manySteps, {}).catch((error) => error.runId);
    expect(failed).not.toBe(runId);
    verbs.length = 0;
    await new WorkflowExecutor(counted, doNothing).resume(failed);
    expect(verbs.filter(readsRun)).toEqual(['readRun', 'readDefinition', 'claimRuns']);
  });

  test('three commits a step: here n steps one after the other cost n + 1 in all', async () => {
    const { draft, ours } = await twoWorlds();
    const before = countCommits(draft.file);
    await draft.executor(doNothing).execute(manySteps, {});
    expect(countCommits(draft.file) - before).toBe(3 * 20 + 4);

    const beforeOurs = countCommits(ours.file);
    await ours.executor(doNothing).execute(manySteps, {});
    expect(countCommits(ours.file) - beforeOurs).toBe(20 + 1);
  });

  test('createRun and its event are two commits: here a run, its event and its first step are one (pitfall 29)', async () => {
    const { draft, ours } = await twoWorlds();
    const before = countCommits(draft.file);
    draft.store.createRun('one', 'chain', {});
    expect(countCommits(draft.file) - before).toBe(2);

    const beforeOurs = countCommits(ours.file);
    let atFirstStep: readonly unknown[] = [];
    const handlers: Handlers = {
      look: async () => {
        const [run] = await ours.store.listRuns();
        const events = await ours.store.readEvents(run?.id ?? '');
        atFirstStep = [countCommits(ours.file) - beforeOurs, events.map(({ type }) => type)];
      },
    };
    await ours.executor(handlers).execute(chain('look'), {});
    expect(atFirstStep).toEqual([1, ['workflow_started', 'run_claimed', 'step_started']]);
  });

  test('foreign keys off: here a step or an event without its run is refused', async () => {
    const { draft } = await twoWorlds();
    draft.store.upsertStep('nobody', 'step', 'running');
    draft.store.logEvent('nobody', 'step_started', {});
    expect(draft.store.db.prepare('SELECT count(*) FROM workflow_steps').pluck().get()).toBe(1);

    const client = new Database(':memory:');
    client.pragma('foreign_keys = OFF');
    const store = await openStore({ client: drizzle({ client }) });
    expect(client.pragma('foreign_keys', { simple: true })).toBe(1);
    const insert = client.prepare(
      "INSERT INTO audit_events (run_id, seq, type, source, at, payload) VALUES ('nobody', 1, 'step_started', 'engine', 0, '{}')",
    );
    expect(() => insert.run()).toThrow('FOREIGN KEY constraint failed');
    await expect(store.logEvent('nobody', 'note', {})).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await store.close();
    client.close();
  });
});

/** Whether a call reads a run or its steps. Revisions are read when somebody else may have written; they are a number. */
function readsRun(verb: string): boolean {
  return /^(read|get|list|claim)/.test(verb) && verb !== 'readRevisions';
}

/** A store that writes down the name of every call. */
function countCalls(store: WorkflowStore, verbs: string[]): WorkflowStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        verbs.push(String(name));
        return member.apply(target, args);
      };
    },
  });
}
