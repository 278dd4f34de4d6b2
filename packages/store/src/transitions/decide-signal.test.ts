import { describe, expect, it } from 'vitest';
import { jsonText } from '../test-support/sample-changes.js';
import { snapshotOf } from '../test-support/snapshot.js';
import { decideSignal } from './decide-signal.js';

const payload = jsonText({ ok: true });
const received = { type: 'signal_received', name: 'go', payload };
const mail = [{ kind: 'signal', name: 'go', payload }];

describe('decideSignal', () => {
  it.each(['completed', 'failed', 'cancelled'] as const)('tells the sender of a run that is %s', (status) => {
    expect(decideSignal(snapshotOf({ status }), 'go', payload)).toEqual({
      changes: [],
      value: { kind: 'ended', status },
    });
  });

  it.each([
    ['pending', 'free'],
    ['paused', 'free'],
    ['running', 'held'],
    ['running', 'dead'],
  ] as const)('is kept for a run that is %s and %s (pitfall 7)', (status, lease) => {
    expect(decideSignal(snapshotOf({ status }, { lease }), 'go', payload)).toEqual({
      changes: [received],
      mail,
      value: { kind: 'received' },
    });
  });

  it('makes a parked run due', () => {
    const { changes } = decideSignal(snapshotOf({ status: 'waiting' }, { lease: 'free' }), 'go', payload);
    expect(changes).toEqual([received, { type: 'workflow_woken' }]);
  });
});
