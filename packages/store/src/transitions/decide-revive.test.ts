import { describe, expect, it } from 'vitest';
import { snapshotOf, stepOf } from '../test-support/snapshot.js';
import { decideRevive } from './decide-revive.js';

const seen = { seq: 9 };

describe('decideRevive', () => {
  it.each(['failed', 'cancelled'] as const)('makes a run due that is %s, its lost steps armed again', (status) => {
    const openSteps = [stepOf('a', 'failed', 2), stepOf('b', 'cancelled', 1), stepOf('kept', 'failed', 1)];
    const decision = decideRevive(snapshotOf({ status, lastSeq: 9 }, { openSteps }), { ...seen, keepFailed: ['kept'] });
    const rearmed = [
      { stepKey: 'a', attempts: 2 },
      { stepKey: 'b', attempts: 1 },
    ];
    expect(decision).toEqual({
      changes: [{ type: 'workflow_resumed', rearmed, definitionHash: null }],
      value: 'revived',
    });
  });

  it.each(['pending', 'running', 'waiting', 'paused', 'completed'] as const)(
    'leaves a run alone that is %s',
    (status) => {
      expect(decideRevive(snapshotOf({ status, lastSeq: 9 }), seen)).toEqual({ changes: [], value: 'unchanged' });
    },
  );

  it('leaves a run alone whose steps were undone', () => {
    const undone = snapshotOf({ status: 'failed', endingAs: 'failed', lastSeq: 9 });
    expect(decideRevive(undone, seen).value).toBe('unchanged');
  });

  it('leaves a run alone that was written to since it was seen', () => {
    expect(decideRevive(snapshotOf({ status: 'failed', lastSeq: 10 }), seen)).toEqual({ changes: [], value: 'moved' });
  });
});
