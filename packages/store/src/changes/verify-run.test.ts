import type { EventRow, RunRow, StepRow } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../codec/spill.js';
import { openStore } from '../open-store.js';
import { completed, leaseOf, newRun, runCompleted, runFailed, started } from '../test-support/sample-changes.js';
import type { FoldableEvent } from './fold.js';
import { type VerifiableRun, verifyRun } from './verify-run.js';

/** A run as a store keeps it: two steps, one of them with a large result, resumed once, completed. */
async function sampleRun(): Promise<VerifiableRun> {
  const store = await openStore(':memory:', { clock: () => 1000 });
  const run = newRun();
  const lease = leaseOf(await store.createRuns([run]));
  await store.record(lease, [started('a'), completed('a', 'x'.repeat(9000)), started('b'), runFailed]);
  const [claim] = await store.claimRuns({ runIds: [run.id], worker: 'w2', leaseMs: 1, mode: 'resume' });
  if (claim?.kind !== 'claimed') throw new Error('A failed run can be resumed.');
  await store.logEvent(run.id, 'note', 1);
  await store.record(claim.lease, [started('b', 2), completed('b', 1, 2), runCompleted]);
  const [row, steps, events] = [
    await store.readRun(run.id),
    await store.readSteps(run.id),
    await store.readEvents(run.id),
  ];
  await store.close();
  if (row === null) throw new Error('The run is there.');
  return { run: row, steps, events };
}

/** Where the sample disagrees with itself after a change to its rows. */
async function whereAfter(change: (sample: VerifiableRun) => Partial<VerifiableRun>): Promise<readonly string[]> {
  const sample = await sampleRun();
  return verifyRun({ ...sample, ...change(sample) }).map(({ where }) => where);
}

const withRun = (columns: Partial<RunRow>) => whereAfter(({ run }) => ({ run: { ...run, ...columns } }));
const withStep = (index: number, columns: Partial<StepRow>) =>
  whereAfter(({ steps }) => ({ steps: steps.map((step, at) => (at === index ? { ...step, ...columns } : step)) }));
const withEvent = (seq: number, columns: Partial<EventRow & { body: string | null }>) =>
  whereAfter(({ events }) => ({
    events: events.map((event) => (event.seq === seq ? { ...event, ...columns } : event)),
  }));

describe('verifyRun', () => {
  it('finds nothing wrong with what a store kept', async () => {
    expect(await whereAfter(() => ({}))).toEqual([]);
  });

  it('reports both sides of a difference', async () => {
    const { run, ...rest } = await sampleRun();
    expect(verifyRun({ run: { ...run, status: 'failed' }, ...rest })).toEqual([
      { where: 'run.status', folded: 'completed', stored: 'failed' },
    ]);
  });

  it('passes over what is never folded', async () => {
    expect(
      await withRun({ revision: 99, leaseRenewals: 7, updatedAt: 1, leaseHolder: '{}', leaseExpiresAt: 1 }),
    ).toEqual([]);
    expect(await withStep(0, { updatedAt: 1 })).toEqual([]);
    expect(await withEvent(9, { payload: '"another note"' })).toEqual([]);
  });

  it('reports a step that only the tables or only the log know of', async () => {
    expect(await whereAfter(({ steps }) => ({ steps: steps.slice(1) }))).toEqual(['step a']);
    const extra = (steps: readonly StepRow[]) => steps.map((step) => ({ ...step, stepKey: `${step.stepKey}!` }));
    expect(await whereAfter(({ steps }) => ({ steps: [...steps, ...extra(steps)] }))).toEqual(['step a!', 'step b!']);
  });

  it('reports a log with a gap, a repetition, or another end than the run says', async () => {
    expect(await whereAfter(({ events }) => ({ events: events.filter((event) => event.seq !== 8) }))).toContain(
      'event 8: seq',
    );
    expect(await whereAfter(({ events }) => ({ events: events.slice(0, -1) }))).toContain('run.lastSeq');
    expect(await whereAfter(({ events }) => ({ events: [...events].reverse() }))).toContain('event 1: seq');
    expect(await withRun({ lastSeq: 99 })).toEqual(['run.lastSeq']);
  });

  it('reports a log that has not begun', async () => {
    expect(await whereAfter(() => ({ events: [] }))).toContain('run');
  });

  it('reports a second terminal event between two resumptions', async () => {
    const where = await whereAfter(({ run, events }) => {
      const last = events.at(-1);
      const again = last ? [{ ...last, seq: last.seq + 1 }] : [];
      return { run: { ...run, lastSeq: run.lastSeq + 1 }, events: [...events, ...again] };
    });
    expect(where).toContain('event 13: after the end');
  });

  it('reports a step that was started again after it had completed', async () => {
    expect(await withEvent(10, { stepKey: 'a' })).toContain('event 10: a');
  });

  it('reports a body that is missing or is not what its hash says', async () => {
    const inTheEvent = { payloadRef: sha256('other') };
    expect(await withStep(0, { result: null })).toEqual(['step a.result']);
    expect(await withStep(0, { result: '"another"' })).toEqual(['step a.result']);
    expect(await withEvent(4, { body: null })).toEqual(['event 4']);
    expect(await withEvent(4, inTheEvent)).toContain('event 4');
  });

  it('reports a large value that stands in its row', async () => {
    expect(await withRun({ output: `"${'x'.repeat(9000)}"`, outputRef: null })).toContain('run.output');
  });

  it('folds from the last snapshot on, whatever was written before it', async () => {
    const { run, steps, events } = await sampleRun();
    const adopted: FoldableEvent = {
      ...{ runId: run.id, seq: 2, type: 'run_adopted', source: 'engine', stepKey: null, attempt: null, fence: null },
      ...{ worker: null, at: 1, payload: JSON.stringify({ snapshot: { run, steps } }), payloadRef: null, body: null },
    };
    const [first] = events;
    if (!first) throw new Error('There are events.');
    const history = { ...first, type: 'step_completed', stepKey: 'a' };
    const small = steps.map((step) => ({ ...step, result: '1', resultRef: null }));
    const snapshot = { ...adopted, payload: JSON.stringify({ snapshot: { run, steps: small } }) };
    expect(verifyRun({ run: { ...run, lastSeq: 2 }, steps: small, events: [history, snapshot] })).toEqual([]);
  });

  it('folds a fork from its snapshot on, and reports a step that it had completed and ran again', async () => {
    const store = await openStore(':memory:', { clock: () => 1000 });
    const [source, id] = [newRun(), newRun().id];
    await store.record(leaseOf(await store.createRuns([source])), [started('a'), completed('a', 1)]);
    await store.forkRun({ sourceRunId: source.id, id, from: 'b', choose: () => ({ settled: ['a'] }) });
    const [claim] = await store.claimRuns({ runIds: [id], worker: 'w', leaseMs: 1, mode: 'continue' });
    if (claim?.kind !== 'claimed') throw new Error('A fork can be taken.');
    const read = async () => {
      const [run, steps, events] = [await store.readRun(id), await store.readSteps(id), await store.readEvents(id)];
      return run === null ? [] : verifyRun({ run, steps, events });
    };
    expect(await read()).toEqual([]);
    await store.record(claim.lease, [started('a', 2)]);
    expect(await read()).toEqual([{ where: 'event 3: a', folded: 'completed', stored: 'step_started' }]);
    await store.close();
  });
});
