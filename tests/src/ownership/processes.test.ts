import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyRun } from '@sisyphus-state/store';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { databases } from '../crash/databases.js';
import { readRecordedRun } from '../crash/recorded-run.js';
import { readEffects } from '../support/effects.mjs';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';
import { useWorkers, type Worker } from '../support/worker.js';
import { held } from './workflows.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

/** Ten minutes: no test below could wait for a lease to run out. */
const longLeaseMs = 600_000;
const runId = '01900000-0000-7000-8000-000000000004';
describe.each(databases)('on $name', ({ useDatabases }) => {
  const tempFolder = useTempFolder();
  const newDatabase = useDatabases();
  const startWorker = useWorkers();
  let folder: string;
  let effects: string;
  let location: string;

  beforeEach(async () => {
    folder = tempFolder();
    effects = join(folder, 'effects');
    location = await newDatabase();
  });

  /** A worker with the database open. */
  async function opened(name: string, options: { readonly leaseMs?: number } = {}): Promise<Worker> {
    const worker = await startWorker();
    const executor = { worker: name, leaseMs: longLeaseMs, ...options };
    expect(await worker.call('open', { file: location, effects, executor })).toMatchObject({ ok: true });
    return worker;
  }

  async function verified(): Promise<unknown> {
    const recorded = await readRecordedRun(location, runId);
    return recorded === null ? 'no run' : verifyRun(recorded);
  }

  describe('processes that want one run', () => {
    test('resume it at once: one gets it, the other is told who has it (pitfalls 15, 19)', async () => {
      const [first, one, other] = await Promise.all([opened('first'), opened('one'), opened('other')]);
      void first.call('execute', { workflow: held, input: {}, options: { runId } });
      await first.next('entered');
      first.signal('SIGKILL');
      await first.ended;
      const calls = [one.call('resume', { runId }), other.call('resume', { runId })];
      const refused = await Promise.race(calls);
      expect(refused).toMatchObject({ ok: false, error: { code: 'RUN_HELD', runId } });
      const winner = refused.error?.holder === 'one' ? one : other;
      await winner.next('entered');
      await winner.call('release', { key: 'held' });
      expect((await Promise.all(calls)).filter(({ ok }) => ok)).toHaveLength(1);
      expect(readEffects(effects).map((line) => line.key)).toEqual(['before', 'held', 'held', 'after']);
      expect(await verified()).toEqual([]);
    });

    test('a takeover stops the first one: its handlers are aborted, its call fails, its late write is refused (pitfall 16)', async () => {
      const [first, second] = await Promise.all([opened('first'), opened('second')]);
      const driven = first.call('execute', { workflow: held, input: {}, options: { runId } });
      await first.next('entered');
      expect(await second.call('resume', { runId })).toMatchObject({
        ok: false,
        error: { code: 'RUN_HELD', holder: 'first' },
      });
      const taken = second.call('resume', { runId, options: { takeover: true } });
      await second.next('entered');
      expect(await first.next('aborted')).toMatchObject({ key: 'held', reason: { code: 'LEASE_LOST' } });
      expect(await driven).toMatchObject({ ok: false, error: { code: 'LEASE_LOST', runId } });
      await second.call('release', { key: 'held', value: { kept: true } });
      expect(await taken).toMatchObject({ ok: true, value: { output: 1, context: { kept: true } } });
      expect(await verified()).toEqual([]);
    });

    test('a run whose process was killed is free at once, though its lease lasts ten minutes more', async () => {
      const first = await opened('first');
      void first.call('execute', { workflow: held, input: {}, options: { runId } });
      await first.next('entered');
      first.signal('SIGKILL');
      await first.ended;
      const second = await opened('second');
      const resumed = second.call('resume', { runId });
      expect(await second.next('entered')).toMatchObject({ key: 'held', attempt: 2 });
      await second.call('release', { key: 'held' });
      expect(await resumed).toMatchObject({ ok: true });
    });

    test('a process that lives keeps its run for many leases', async () => {
      const [first, second] = await Promise.all([opened('first', { leaseMs: 60 }), opened('second')]);
      const driven = first.call('execute', { workflow: held, input: {}, options: { runId } });
      await first.next('entered');
      await eventually(
        'the lease was renewed ten times',
        async () => ((await readRecordedRun(location, runId))?.run.leaseRenewals ?? 0) >= 10,
      );
      await first.call('release', { key: 'held' });
      expect(await driven).toMatchObject({ ok: true });
      expect(await second.call('resume', { runId })).toMatchObject({ ok: true, value: { output: 1 } });
      const claims = (await readRecordedRun(location, runId))?.events.filter(({ type }) => type === 'run_claimed');
      expect(claims).toHaveLength(1);
    });

    test('a process that was stopped past its lease loses its run, and writes nothing when it goes on (pitfall 16)', async () => {
      const [zombie, heir] = await Promise.all([opened('zombie', { leaseMs: 200 }), opened('heir')]);
      const driven = zombie.call('execute', { workflow: held, input: {}, options: { runId } });
      await zombie.next('entered');
      zombie.signal('SIGSTOP');
      // Sent to a stopped process: what the handler returns is the first thing it sees when it goes on.
      void zombie.call('release', { key: 'held', value: { late: true } });
      const entered = heir.next('entered');
      const resumed = await eventually('the lease runs out', async () => {
        const call = heir.call('resume', { runId });
        const first = await Promise.race([call, entered]);
        return 'event' in first ? { call } : null;
      });
      zombie.signal('SIGCONT');
      expect(await driven).toMatchObject({ ok: false, error: { code: 'LEASE_LOST' } });
      await heir.call('release', { key: 'held', value: { kept: true } });
      expect(await resumed.call).toMatchObject({ ok: true, value: { context: { before: 1, kept: true } } });
      const events = (await readRecordedRun(location, runId))?.events ?? [];
      const claim = events.findLast(({ type }) => type === 'run_claimed');
      expect(claim?.worker).toBe('heir');
      expect(events.filter(({ seq, worker }) => worker === 'zombie' && seq > (claim?.seq ?? 0))).toEqual([]);
      expect(await verified()).toEqual([]);
    });
  });

  describe('a cancel from another process', () => {
    test('reaches handlers in a moment, and the processes they started (pitfall 23)', async () => {
      const [holder, outsider] = await Promise.all([opened('holder'), opened('outsider')]);
      const pidFile = join(folder, 'pid');
      const workflow = {
        name: 'sleeping',
        steps: [
          { id: 'hold', type: 'hold', needs: [] },
          {
            id: 'sleep',
            type: 'shell',
            needs: [],
            with: { command: 'sh', args: ['-c', `echo $$ > '${pidFile}'; exec sleep 600`] },
          },
        ],
      };
      const driven = holder.call('execute', { workflow, input: {}, options: { runId } });
      await holder.next('entered');
      const readPid = () => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : '');
      const pid = await eventually('the command runs', () => readPid() !== '' && readPid());
      expect(await outsider.call('cancel', { runId, reason: 'enough' })).toMatchObject({
        ok: true,
        value: { kind: 'requested' },
      });
      expect(await holder.next('aborted')).toMatchObject({ key: 'hold' });
      expect(await driven).toMatchObject({
        ok: false,
        error: { code: 'WORKFLOW_CANCELLED', details: { reason: 'enough' } },
      });
      await eventually('the command has ended', () => !processExists(pid));
      expect(await verified()).toEqual([]);
    });

    test('that its holder did not live to see is obeyed by whoever resumes the run, once', async () => {
      const [holder, outsider] = await Promise.all([opened('holder'), opened('outsider')]);
      void holder.call('execute', { workflow: held, input: {}, options: { runId } });
      await holder.next('entered');
      holder.signal('SIGSTOP');
      expect(await outsider.call('cancel', { runId })).toMatchObject({ value: { kind: 'requested' } });
      holder.signal('SIGKILL');
      await holder.ended;
      expect(await outsider.call('resume', { runId })).toMatchObject({
        ok: false,
        error: { code: 'WORKFLOW_CANCELLED' },
      });
      const resumed = outsider.call('resume', { runId });
      await outsider.next('entered');
      await outsider.call('release', { key: 'held' });
      expect(await resumed).toMatchObject({ ok: true, value: { output: 1 } });
      expect(await verified()).toEqual([]);
    });

    test('ends the run of a killed process at once', async () => {
      const [holder, outsider] = await Promise.all([opened('holder'), opened('outsider')]);
      void holder.call('execute', { workflow: held, input: {}, options: { runId } });
      await holder.next('entered');
      holder.signal('SIGKILL');
      await holder.ended;
      expect(await outsider.call('cancel', { runId })).toMatchObject({ value: { kind: 'cancelled' } });
      const recorded = await readRecordedRun(location, runId);
      expect(recorded?.run).toMatchObject({
        status: 'cancelled',
        leaseWorker: null,
        leaseHolder: null,
        leaseExpiresAt: null,
      });
      expect(recorded?.steps.map(({ stepKey, status }) => [stepKey, status])).toEqual([
        ['before', 'completed'],
        ['held', 'cancelled'],
      ]);
      expect(await verified()).toEqual([]);
    });

    test('is heard by a run whose steps follow each other without a pause', async () => {
      const [holder, outsider] = await Promise.all([opened('holder'), opened('outsider')]);
      const steps = Array.from({ length: 3000 }, (_, index) => ({
        id: `s${index}`,
        type: 'transform',
        with: { value: index },
      }));
      const driven = holder.call('execute', { workflow: { name: 'busy', steps }, input: {}, options: { runId } });
      await eventually(
        'the run is well under way',
        async () => ((await readRecordedRun(location, runId))?.steps.length ?? 0) > 20,
      );
      expect(await outsider.call('cancel', { runId })).toMatchObject({ value: { kind: 'requested' } });
      expect(await driven).toMatchObject({ ok: false, error: { code: 'WORKFLOW_CANCELLED' } });
      expect(await verified()).toEqual([]);
    });
  });

  describe('a process that stops its executor', () => {
    test('gives its runs back, and another goes on with them at once', async () => {
      const [first, second] = await Promise.all([opened('first'), opened('second')]);
      const driven = first.call('execute', { workflow: held, input: {}, options: { runId } });
      await first.next('entered');
      const stopped = first.call('stop');
      await first.call('release', { key: 'held', value: { held: 1 } });
      expect(await driven).toMatchObject({ ok: false, error: { code: 'RUN_RELEASED', runId } });
      expect(await stopped).toMatchObject({ ok: true });
      expect((await readRecordedRun(location, runId))?.run).toMatchObject({ status: 'pending', leaseWorker: null });
      expect(await second.call('resume', { runId })).toMatchObject({
        ok: true,
        value: { context: { before: 1, held: 1 } },
      });
      expect(readEffects(effects).map((line) => line.key)).toEqual(['before', 'held', 'after']);
      expect(await verified()).toEqual([]);
    });
  });
});

function processExists(pid: string): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).trim().startsWith('Z');
  } catch {
    // `ps` fails when there is none.
    return false;
  }
}
