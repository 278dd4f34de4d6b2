import { join } from 'node:path';
import { LeaseLostError, RunHeldError, type WorkflowStore } from '@sisyphus-state/store';
import { manualClock } from '@sisyphus-state/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { databases } from '../crash/databases.js';
import { readEffects } from '../support/effects.mjs';
import { useTempFolder } from '../support/temp-folder.js';
import { useStores } from '../support/use-stores.js';
import { localExecutor } from './local-executor.js';
import { held, stubborn } from './workflows.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

/** Nothing below may come from a lease that ran out by itself. */
const leaseMs = 600_000;
const runId = '01900000-0000-7000-8000-000000000002';
describe.each(databases)('on $name', ({ useDatabases }) => {
  const tempFolder = useTempFolder();
  const newDatabase = useDatabases();
  const open = useStores();
  let effects: string;
  let location: string;
  let store: WorkflowStore;

  beforeEach(async () => {
    effects = join(tempFolder(), 'effects');
    location = await newDatabase();
    store = await open(location);
  });

  describe('two executors in one process', () => {
    test('the second is refused the run that the first drives, and told who holds it and until when (pitfall 18)', async () => {
      const first = localExecutor(store, effects, { leaseMs, worker: 'first' });
      const second = localExecutor(store, effects, { leaseMs, worker: 'second' });
      const end = first.executor.execute(held, {}, { runId });
      await first.next('entered');
      const refusal = await second.executor.resume(runId).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RunHeldError);
      expect(refusal).toMatchObject({ code: 'RUN_HELD', runId, holder: 'first', details: { holder: 'first' } });
      expect((await store.readRun(runId))?.leaseExpiresAt).toBe((refusal as RunHeldError).until);
      first.release('held');
      await expect(end).resolves.toMatchObject({ status: 'completed', output: 1 });
    });

    test.each(['the same store', 'a store of its own'])(
      'after a takeover through %s the first one stops at once: its call fails, its handler is aborted (pitfall 16)',
      async (which) => {
        const first = localExecutor(store, effects, { leaseMs, worker: 'first' });
        const other = which === 'the same store' ? store : await open(location);
        const second = localExecutor(other, effects, { leaseMs, worker: 'second' });
        const end = first.executor.execute(held, {}, { runId }).catch((error: unknown) => error);
        await first.next('entered');
        const taken = second.executor.resume(runId, undefined, { takeover: true });
        await second.next('entered');
        expect(await first.next('aborted')).toMatchObject({ key: 'held', reason: { code: 'LEASE_LOST' } });
        expect(await end).toBeInstanceOf(LeaseLostError);
        second.release('held');
        await expect(taken).resolves.toMatchObject({ output: 1 });
        const keys = readEffects(effects).map((line) => line.key);
        expect(keys).toEqual(['before', 'held', 'held', 'after']);
      },
    );

    test('what a handler returns after its run was taken over is dropped (pitfall 16)', async () => {
      const first = localExecutor(store, effects, { leaseMs, worker: 'first' });
      const second = localExecutor(store, effects, { leaseMs, worker: 'second' });
      const end = first.executor.execute(stubborn, {}, { runId }).catch((error: unknown) => error);
      await first.next('entered');
      const taken = second.executor.resume(runId, undefined, { takeover: true });
      await second.next('entered');
      await first.next('aborted');
      first.release('held', { before: 'late' });
      expect(await end).toBeInstanceOf(LeaseLostError);
      second.release('held', { before: 2 });
      await expect(taken).resolves.toMatchObject({ context: { before: 2 } });
      const events = await store.readEvents(runId);
      const claim = events.find(({ type, worker }) => type === 'run_claimed' && worker === 'second');
      expect(events.filter(({ seq, worker }) => worker === 'first' && seq > (claim?.seq ?? 0))).toEqual([]);
    });

    test('an executor that takes its own run over stops driving it the first time', async () => {
      const only = localExecutor(store, effects, { leaseMs, worker: 'only' });
      const end = only.executor.execute(held, {}, { runId }).catch((error: unknown) => error);
      await only.next('entered');
      await expect(only.executor.resume(runId)).rejects.toMatchObject({ code: 'RUN_HELD', holder: 'only' });
      const again = only.executor.resume(runId, undefined, { takeover: true });
      await only.next('entered');
      await only.next('aborted');
      expect(await end).toBeInstanceOf(LeaseLostError);
      only.release('held');
      await expect(again).resolves.toMatchObject({ output: 1 });
    });
  });

  describe('a lease that ran out', () => {
    test('still writes while nobody took the run (pitfall 34)', async () => {
      const clock = manualClock();
      const timed = await open(location, { clock: clock.now });
      const holder = localExecutor(timed, effects, { leaseMs, worker: 'holder' });
      const end = holder.executor.execute(held, {}, { runId });
      await holder.next('entered');
      clock.advance(10 * leaseMs);
      holder.release('held');
      await expect(end).resolves.toMatchObject({ output: 1 });
    });

    test("is anybody's to take, without a takeover being asked for", async () => {
      const clock = manualClock();
      const timed = await open(location, { clock: clock.now });
      const first = localExecutor(timed, effects, { leaseMs, worker: 'first' });
      const second = localExecutor(timed, effects, { leaseMs, worker: 'second' });
      const end = first.executor.execute(held, {}, { runId }).catch((error: unknown) => error);
      await first.next('entered');
      clock.advance(leaseMs - 1);
      await expect(second.executor.resume(runId)).rejects.toMatchObject({ code: 'RUN_HELD' });
      clock.advance(1);
      const taken = second.executor.resume(runId);
      await second.next('entered');
      expect(await end).toBeInstanceOf(LeaseLostError);
      second.release('held');
      await expect(taken).resolves.toMatchObject({ output: 1 });
      const claims = (await store.readEvents(runId)).filter(({ type }) => type === 'run_claimed');
      expect(claims.map(({ payload }) => JSON.parse(payload))).toEqual([
        { first: true },
        { takenFrom: 'first', first: false },
      ]);
    });

    test('is kept by a clock that is set back', async () => {
      const clock = manualClock();
      const timed = await open(location, { clock: clock.now });
      const first = localExecutor(timed, effects, { leaseMs, worker: 'first' });
      const second = localExecutor(timed, effects, { leaseMs, worker: 'second' });
      const end = first.executor.execute(held, {}, { runId });
      await first.next('entered');
      clock.advance(-leaseMs);
      await expect(second.executor.resume(runId)).rejects.toMatchObject({ code: 'RUN_HELD', holder: 'first' });
      first.release('held');
      await expect(end).resolves.toMatchObject({ output: 1 });
    });
  });
});
