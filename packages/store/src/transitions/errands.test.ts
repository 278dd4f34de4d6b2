import { type RunStatus, runStatuses } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import type { Change } from '../changes/change.js';
import { decodeChildEnd } from '../changes/child-end.js';
import { runCompleted, runFailed, started } from '../test-support/sample-changes.js';
import { mailOf, snapshotOf } from '../test-support/snapshot.js';
import { askedToCancel, decideErrand, type Errand, errandsOf } from './errands.js';

const child = { id: 'c', parentRunId: 'p', parentStepKey: 'call[1]' };
const orphan = { id: 'r', parentRunId: null, parentStepKey: null };
const asked: Change = { type: 'child_cancel_requested', stepKey: 'a', childRunId: 'c1', reason: 'late' };

describe('errandsOf', () => {
  it.each([runCompleted, runFailed, { type: 'workflow_cancelled', reason: 'enough' } as const])(
    'tells the parent of $type, with the seq it is logged under (pitfalls 9, 10)',
    (end) => {
      const [errand, ...others] = errandsOf(child, [started('a'), end], 5);
      expect(others).toEqual([]);
      expect(errand).toMatchObject({ kind: 'ended', runId: 'p', mail: { kind: 'child', name: 'call[1]' } });
      const payload = errand?.kind === 'ended' ? errand.mail.payload : null;
      expect(decodeChildEnd(payload ?? '{}')).toMatchObject({ runId: 'c', seq: 6, status: end.type.slice(9) });
    },
  );

  it('has nobody to tell of the end of a run without a parent, nor of anything but an end', () => {
    expect(errandsOf(orphan, [runCompleted], 1)).toEqual([]);
    expect(errandsOf(child, [started('a'), { type: 'run_released' }], 1)).toEqual([]);
  });

  it('asks each child that is given up', () => {
    const errands = errandsOf(orphan, [asked, { ...asked, childRunId: 'c2', reason: null }, runFailed], 1);
    expect(errands).toEqual([
      { kind: 'cancel', runId: 'c1', reason: 'late' },
      { kind: 'cancel', runId: 'c2', reason: null },
    ]);
    expect(askedToCancel([asked, runFailed])).toEqual(['c1']);
  });
});

describe('decideErrand, to a parent', () => {
  const ended: Errand = { kind: 'ended', runId: 'r', mail: { kind: 'child', name: 'call', payload: null } };

  it.each(runStatuses)('puts the end into the mailbox of a run that is %s', (status) => {
    const lease = status === 'running' ? 'held' : 'free';
    expect(decideErrand(snapshotOf({ status }, { lease }), ended).mail).toEqual([ended.mail]);
  });

  it.each(runStatuses.map((status): [RunStatus, number] => [status, status === 'waiting' ? 1 : 0]))(
    'wakes a run that is %s: %i times',
    (status, times) => {
      const lease = status === 'running' ? 'held' : 'free';
      const { changes } = decideErrand(snapshotOf({ status }, { lease }), ended);
      expect(changes).toEqual(Array(times).fill({ type: 'workflow_woken' }));
    },
  );

  it('wakes a run before its timer, and not again once it is due', () => {
    const parked = (wakeAt: number) => decideErrand(snapshotOf({ status: 'waiting', wakeAt }), ended).changes;
    expect(parked(1001)).toHaveLength(1);
    expect(parked(1000)).toEqual([]);
  });
});

describe('decideErrand, to a child', () => {
  const cancel: Errand = { kind: 'cancel', runId: 'r', reason: 'late' };
  const mail = [{ kind: 'cancel', name: 'late', payload: null }];
  const requested = { type: 'cancel_requested', reason: 'late' };

  it('ends a run that never began', () => {
    const { changes, mail = [] } = decideErrand(snapshotOf({ status: 'pending' }), cancel);
    expect([changes, mail]).toEqual([[{ type: 'workflow_cancelled', reason: 'late' }], []]);
  });

  it('leaves a run that began to whoever takes it, and makes it due', () => {
    const began = { startedAt: 1 };
    expect(decideErrand(snapshotOf({ ...began, status: 'pending' }), cancel)).toMatchObject({
      ...{ changes: [requested], mail },
    });
    expect(decideErrand(snapshotOf({ ...began, status: 'waiting' }), cancel)).toMatchObject({
      ...{ changes: [requested, { type: 'workflow_woken' }], mail },
    });
    expect(decideErrand(snapshotOf({ ...began, status: 'paused' }), cancel).changes).toEqual([
      requested,
      { type: 'workflow_resumed', rearmed: [], definitionHash: null },
    ]);
  });

  it('asks a holder, once', () => {
    const held = snapshotOf({ status: 'running', startedAt: 1 }, { lease: 'held' });
    expect(decideErrand(held, cancel)).toMatchObject({ changes: [requested], mail });
    const again = decideErrand({ ...held, mail: [mailOf({ kind: 'cancel' })] }, cancel);
    expect([again.changes, again.mail ?? []]).toEqual([[], []]);
  });

  it.each(['completed', 'failed', 'cancelled'] as const)('leaves a run alone that is %s', (status) => {
    const { changes, mail = [] } = decideErrand(snapshotOf({ status, startedAt: 1 }), cancel);
    expect([changes, mail]).toEqual([[], []]);
  });
});
