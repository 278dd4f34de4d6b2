import { describe, expect, it } from 'vitest';
import { jsonText } from '../test-support/sample-changes.js';
import { mailOf, snapshotOf, stepOf } from '../test-support/snapshot.js';
import { decideAnswer } from './decide-answer.js';

const answer = jsonText({ approved: true });
const asking = { ...stepOf('approve', 'waiting', 0), type: 'approval' };
const parked = snapshotOf({ status: 'waiting' }, { lease: 'free', openSteps: [asking] });

describe('decideAnswer', () => {
  it('is taken in by a step that asks, and its parked run becomes due', () => {
    expect(decideAnswer(parked, 'approval', 'approve', answer)).toEqual({
      changes: [{ type: 'signal_received', name: 'approval:approve', payload: answer }, { type: 'workflow_woken' }],
      mail: [{ kind: 'approval', name: 'approve', payload: answer }],
      value: { kind: 'taken' },
    });
  });

  it('is told that another came first (pitfall 19)', () => {
    const mail = [mailOf({ kind: 'approval', name: 'approve' })];
    expect(decideAnswer({ ...parked, mail }, 'approval', 'approve', answer)).toEqual({
      changes: [],
      value: { kind: 'answered' },
    });
  });

  it.each([
    ['no such step is open', { openSteps: [] }, null],
    ['the step is no approval', { openSteps: [stepOf('approve', 'waiting', 0)] }, 'waiting'],
    ['the step does not wait', { openSteps: [{ ...asking, status: 'cancelled' as const }] }, 'cancelled'],
  ])('is told when %s', (_, more, stepStatus) => {
    expect(decideAnswer({ ...parked, ...more }, 'approval', 'approve', answer).value).toEqual({
      kind: 'not_asked',
      runStatus: 'waiting',
      stepStatus,
    });
  });

  it('is told when the run has ended', () => {
    const ended = snapshotOf({ status: 'failed' }, { lease: 'free', openSteps: [asking] });
    expect(decideAnswer(ended, 'approval', 'approve', answer).value).toMatchObject({ kind: 'not_asked' });
  });

  it('resolves a step in doubt, and no other', () => {
    const openSteps = [stepOf('pay', 'in_doubt', 1), stepOf('ship', 'running', 1)];
    const doubted = snapshotOf({ status: 'running' }, { lease: 'held', openSteps });
    expect(decideAnswer(doubted, 'in_doubt', 'pay', answer)).toMatchObject({
      changes: [{ type: 'signal_received' }],
      value: { kind: 'taken' },
    });
    expect(decideAnswer(doubted, 'in_doubt', 'ship', answer).value.kind).toBe('not_asked');
  });
});
