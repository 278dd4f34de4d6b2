import { type MailboxRow, runStatuses, stepStatuses } from '@sisyphus-state/schema';
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
