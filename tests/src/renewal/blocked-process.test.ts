import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workflow } from '@sisyphus-state/executor';
import { verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readRecordedRun } from '../crash/recorded-run.js';
import { deadlineOf } from '../support/deadline.js';
import { readEffects } from '../support/effects.mjs';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';
import { type Answer, useWorkers, type Worker } from '../support/worker.js';
import { useDatabases, useObservers } from './support/databases.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 300_000 });

const databases = useDatabases();
const tempFolder = useTempFolder();
const startWorker = useWorkers();
const observe = useObservers();
const runId = '01900000-0000-7000-8000-000000000004';
/** Two thirds of it are left to a machine that is busy with something else. */
const leaseMs = 1_500;

describe.each(databases)('a process whose event loop is blocked, on %s,', (_, makeDatabase) => {
  let location: string;
  let effects: string;
  let until: string;
  let store: WorkflowStore;

  beforeEach(async () => {
    const folder = tempFolder();
    effects = join(folder, 'effects');
    until = join(folder, 'until');
    location = await makeDatabase(folder);
    store = await observe(location);
  });

  /** A worker with the database open; its handler of type `block` holds up the whole process until the file is there. */
  async function opened(name: string): Promise<Worker> {
    const worker = await startWorker();
    const executor = { worker: name, leaseMs, abortGraceMs: 100 };
    expect(await worker.call('open', { file: location, effects, executor })).toMatchObject({ ok: true });
    return worker;
  }

  function blocking(step: Readonly<Record<string, unknown>> = {}): Workflow {
    return {
      name: 'blocking',
      steps: [{ id: 'block', type: 'block', with: { until }, ...step }],
      output: '${{ steps.block.output.heard }}',
    };
  }

  const attempts = () => readEffects(effects).filter(({ key }) => key === 'block').length;
  const entered = (count: number) => eventually(`attempt ${count} has begun`, () => attempts() === count);

  /** The other process asks for the run until it gets it, or until it was renewed so often. */
  async function askWhile(other: Worker, renewals: number): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    await eventually('the lease was renewed often enough', async () => {
      // Whoever got it would be blocked as well, and would not answer.
      answers.push(await deadlineOf('the other process is refused', other.call('resume', { runId }), 20_000));
      return ((await store.readRun(runId))?.leaseRenewals ?? 0) >= renewals;
    });
    return answers;
  }

  /** Asks for a run until its lease has run out; gives how it ended then. */
  function takenBy(heir: Worker, id = runId): Promise<Answer> {
    return eventually('the lease runs out', async () => {
      const answer = await heir.call('resume', { runId: id });
      return answer.error?.code === 'RUN_HELD' ? null : answer;
    });
  }

  /** Who took the run, and whose steps completed, in the log's order. */
  async function claimsAndCompletions(): Promise<readonly (readonly [string, string | null])[]> {
    const recorded = await readRecordedRun(location, runId);
    expect(recorded === null ? 'no run' : verifyRun(recorded)).toEqual([]);
    const told = (recorded?.events ?? []).filter(({ type }) => type === 'run_claimed' || type === 'step_completed');
    return told.map(({ type, worker }) => [type, worker]);
  }

  test('keeps its lease for many lengths, and the run completes once (pitfall 17)', async () => {
    const [holder, other] = await Promise.all([opened('holder'), opened('other')]);
    const driven = holder.call('execute', { workflow: blocking(), input: {}, options: { runId } });
    await entered(1);
    // Nine thirds of a lease, and every time somebody else asks for the run.
    const answers = await askWhile(other, 9);
    expect(answers.map(({ error }) => error?.code)).toEqual(answers.map(() => 'RUN_HELD'));
    writeFileSync(until, 'go');
    expect(await driven).toMatchObject({ ok: true, value: { output: 'go' } });
    expect(attempts()).toBe(1);
    expect(await claimsAndCompletions()).toEqual([
      ['run_claimed', 'holder'],
      ['step_completed', 'holder'],
    ]);
  });

  test('loses its lease when a step has outrun its timeout, and its late result is refused', async () => {
    const [holder, heir] = await Promise.all([opened('holder'), opened('heir')]);
    const workflow = blocking({ timeout: '300ms', retry: { attempts: 1 } });
    const driven = holder.call('execute', { workflow, input: {}, options: { runId } });
    await entered(1);
    const resumed = takenBy(heir);
    await entered(2);
    writeFileSync(until, 'go');
    expect(await driven).toMatchObject({ ok: false, error: { code: 'LEASE_LOST', runId } });
    expect(await resumed).toMatchObject({ ok: true, value: { output: 'go' } });
    expect(attempts()).toBe(2);
    expect(await claimsAndCompletions()).toEqual([
      ['run_claimed', 'holder'],
      ['run_claimed', 'heir'],
      ['step_completed', 'heir'],
    ]);
  });

  test('keeps a run whose steps have time left, and loses the one whose step outran it', async () => {
    const quick = '01900000-0000-7000-8000-000000000005';
    const [holder, heir] = await Promise.all([opened('holder'), opened('heir')]);
    const waiting: Workflow = { name: 'waiting', steps: [{ id: 'held', type: 'hold', timeout: '300ms' }] };
    const lost = holder.call('execute', { workflow: waiting, input: {}, options: { runId: quick } });
    await holder.next('entered');
    const kept = holder.call('execute', { workflow: blocking(), input: {}, options: { runId } });
    await entered(1);
    const resumed = takenBy(heir, quick);
    await heir.next('entered');
    expect(await heir.call('resume', { runId })).toMatchObject({ error: { code: 'RUN_HELD', holder: 'holder' } });
    writeFileSync(until, 'go');
    expect(await kept).toMatchObject({ ok: true });
    expect(await lost).toMatchObject({ ok: false, error: { code: 'LEASE_LOST', runId: quick } });
    expect(await resumed).toMatchObject({ ok: false, error: { code: 'WORKFLOW_FAILED' } });
  });

  test('loses its lease when it is stopped altogether, and writes nothing when it goes on (pitfall 16)', async () => {
    const [holder, heir] = await Promise.all([opened('holder'), opened('heir')]);
    const driven = holder.call('execute', { workflow: blocking(), input: {}, options: { runId } });
    await entered(1);
    await eventually('the thread renews', async () => ((await store.readRun(runId))?.leaseRenewals ?? 0) >= 1);
    holder.signal('SIGSTOP');
    const resumed = takenBy(heir);
    await entered(2);
    holder.signal('SIGCONT');
    writeFileSync(until, 'go');
    expect(await driven).toMatchObject({ ok: false, error: { code: 'LEASE_LOST', runId } });
    expect(await resumed).toMatchObject({ ok: true });
    expect(await claimsAndCompletions()).toEqual([
      ['run_claimed', 'holder'],
      ['run_claimed', 'heir'],
      ['step_completed', 'heir'],
    ]);
  });
});
