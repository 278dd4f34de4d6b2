import { type MailboxRow, noUsage, runStatuses, stepStatuses } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { snapshotOf, stepOf } from '../test-support/snapshot.js';
import { decideCancel } from './decide-cancel.js';

const request: MailboxRow = {
  ...{ id: 'm', runId: 'r', kind: 'cancel', name: null, payload: null, payloadRef: null, createdAt: 1 },
  ...{ consumedAt: null, consumedSeq: null },
};
const active = runStatuses.filter((status) => !['completed', 'failed', 'cancelled'].includes(status));

describe('decideCancel', () => {
  it.each(['completed', 'failed', 'cancelled'] as const)('leaves a run alone that is %s', (status) => {
    const decision = decideCancel(snapshotOf({ status }), 'enough');
    expect(decision).toEqual({ changes: [], value: { kind: 'ended', status } });
  });

  it.each(active.flatMap((status) => (['free', 'expired', 'dead'] as const).map((lease) => [status, lease] as const)))(
    'ends a run that is %s and %s at once',
    (status, lease) => {
      const decision = decideCancel(snapshotOf({ status }, { lease }), 'enough');
      expect(decision).toEqual({
        changes: [{ type: 'workflow_cancelled', reason: 'enough' }],
        value: { kind: 'cancelled' },
      });
    },
  );

  it('cancels the steps that are under way, and no others', () => {
    const openSteps = stepStatuses.map((status, index) => stepOf(status, status, index));
    const { changes } = decideCancel(snapshotOf({}, { openSteps }), null);
    expect(changes.map((change) => ('stepKey' in change ? [change.type, change.stepKey] : [change.type]))).toEqual([
      ['step_cancelled', 'pending'],
      ['step_cancelled', 'running'],
      ['step_cancelled', 'waiting'],
      ['workflow_cancelled'],
    ]);
  });

  it('asks the runs that steps wait for, each beside the end of its step (pitfall 23)', () => {
    const call = { ...stepOf('call', 'waiting'), childRunId: 'c1' };
    const again = { ...stepOf('again', 'pending'), childRunId: 'c2' };
    const lost = { ...stepOf('lost', 'failed'), childRunId: 'c3' };
    const { changes } = decideCancel(snapshotOf({}, { openSteps: [call, again, lost] }), 'enough');
    expect(changes.map((change) => [change.type, 'childRunId' in change ? change.childRunId : null])).toEqual([
      ['step_cancelled', null],
      ['child_cancel_requested', 'c1'],
      ['step_cancelled', null],
      ['child_cancel_requested', 'c2'],
      ['workflow_cancelled', null],
    ]);
    expect(changes[1]).toEqual({
      type: 'child_cancel_requested',
      ...{ stepKey: 'call', childRunId: 'c1', reason: 'given up by its parent: the run was cancelled' },
    });
  });

  it('asks a holder that is alive, in the log and in its mailbox', () => {
    expect(decideCancel(snapshotOf({ status: 'running' }, { lease: 'held' }), 'enough')).toEqual({
      changes: [{ type: 'cancel_requested', reason: 'enough' }],
      mail: [{ kind: 'cancel', name: 'enough', payload: null }],
      value: { kind: 'requested' },
    });
  });

  it('asks once', () => {
    const asked = snapshotOf({ status: 'running' }, { lease: 'held', mail: [request] });
    expect(decideCancel(asked, 'again')).toEqual({ changes: [], value: { kind: 'requested' } });
    const other = snapshotOf({ status: 'running' }, { lease: 'held', mail: [{ ...request, kind: 'signal' }] });
    expect(decideCancel(other, null).changes).toHaveLength(1);
  });

  it('ends a run whose holder died before it read the request', () => {
    const snapshot = snapshotOf({ status: 'running' }, { lease: 'dead', mail: [request] });
    expect(decideCancel(snapshot, null).value).toEqual({ kind: 'cancelled' });
  });
});

describe('decideCancel on a run that may have something to undo', () => {
  const begun = { startedAt: 5 } as const;
  const asked = { kind: 'cancel', name: 'enough', payload: null };
  const cancel = (run: object, more: object = {}) => decideCancel(snapshotOf(run, more), 'enough', { undoes: true });

  it.each([
    ['pending', []],
    ['waiting', [{ type: 'workflow_woken' }]],
    ['paused', [{ type: 'workflow_resumed', rearmed: [], definitionHash: null }]],
  ] as const)('makes one due that is %s, and leaves the cancel to whoever takes it', (status, more) => {
    expect(cancel({ ...begun, status })).toEqual({
      changes: [{ type: 'cancel_requested', reason: 'enough' }, ...more],
      mail: [asked],
      value: { kind: 'requested' },
    });
  });

  it.each(['held', 'expired', 'dead'] as const)(
    'asks the holder, or the next one, of one that is running and %s',
    (lease) => {
      const { changes, mail, value } = cancel({ ...begun, status: 'running' }, { lease });
      expect([changes, mail, value]).toEqual([
        [{ type: 'cancel_requested', reason: 'enough' }],
        [asked],
        { kind: 'requested' },
      ]);
    },
  );

  it('ends one at once that has not begun', () => {
    expect(cancel({ status: 'pending' }).value).toEqual({ kind: 'cancelled' });
  });

  it('changes nothing the second time, nor once it is being undone, whatever the caller knows of it', () => {
    const nothing = { changes: [], value: { kind: 'requested' } };
    expect(cancel({ ...begun, status: 'waiting' }, { mail: [request] })).toEqual(nothing);
    for (const lease of ['held', 'free', 'dead'] as const) {
      const undoing = snapshotOf({ ...begun, status: 'running', endingAs: 'cancelled' }, { lease });
      expect(decideCancel(undoing, null)).toEqual(nothing);
      const failing = snapshotOf({ ...begun, status: 'paused', endingAs: 'failed' }, { lease });
      expect(decideCancel(failing, null)).toEqual({ changes: [], value: { kind: 'ended', status: 'failed' } });
    }
  });

  it('charges an attempt whose holder is gone what was kept free for it', () => {
    const usage = { ...noUsage, tokens: 5, reserved: { tokens: 30, cost: 7 } };
    const reserved = '{"tokens":10,"cost":7}';
    const openSteps = [
      { ...stepOf('a', 'running'), reserved },
      { ...stepOf('b', 'running'), reserved: '{"tokens":20,"cost":0}' },
      stepOf('c', 'pending'),
    ];
    const run = { status: 'running', usage: JSON.stringify(usage) } as const;
    const { changes } = decideCancel(snapshotOf(run, { openSteps, lease: 'dead' }), null);
    expect(changes.map((change) => ('runUsage' in change ? change.runUsage : null))).toEqual([
      { ...noUsage, tokens: 15, cost: 7, reserved: { tokens: 20, cost: 0 }, unsettled: { tokens: 10, cost: 7 } },
      { ...noUsage, tokens: 35, cost: 7, unsettled: { tokens: 30, cost: 7 } },
      null,
      null,
    ]);
  });
});
