import { describe, expect, it } from 'vitest';
import type { Change } from '../changes/change.js';
import { encodeValue } from '../codec/encode-value.js';
import { encodeCommit } from './write-changes.js';

const started: Change = {
  type: 'step_started',
  stepKey: 'b',
  attempt: 1,
  stepId: 'b',
  stepType: 't',
  delivery: null,
  inputHash: null,
  itemCount: null,
  attemptsBase: null,
};
const completed = (result: unknown): Change => ({
  type: 'step_completed',
  stepKey: 'a',
  attempt: 1,
  result: encodeValue(result, { what: 'result' }),
  usage: null,
});
const lease = { runId: 'r', worker: 'w', fence: 3, revision: 1, expiresAt: 9 };
const commit = (changes: readonly Change[], request = {}) => {
  const { entry, more, ...rest } = encodeCommit(
    { runId: 'r', guard: lease, changes, fence: 3, worker: 'w', tell: false, ...request },
    100,
  );
  return { ...rest, entry: JSON.parse(`{${entry}}`), more: JSON.parse(`{${more}}`) };
};

describe('encodeCommit', () => {
  it('counts events from 1 and leaves the run’s own seq to the statement', () => {
    const { entry } = commit([completed(1), started]);
    expect(entry).toMatchObject({
      run: 'r',
      fence: 3,
      worker: 'w',
      by_fence: 3,
      by_worker: 'w',
      count: 2,
      events: [{ seq: 1 }, { seq: 2 }],
      steps: [
        { step_key: 'a', settled_seq: 1, first_seq: 1 },
        { step_key: 'b', fresh: true, first_seq: 2 },
      ],
    });
  });

  it('needs the whole statement only for what touches the run’s row or holds a large value', () => {
    expect(commit([completed(1), started]).isWhole).toBe(false);
    expect(commit([completed('x'.repeat(9000))]).isWhole).toBe(true);
    expect(commit([{ type: 'run_released' }]).isWhole).toBe(true);
    expect(commit([], { tell: true }).isWhole).toBe(true);
  });

  it.each([
    ['run_released', { ends: false, tell: true }],
    ['workflow_completed', { ends: true, tell: true }],
    ['run_claimed', { ends: false, tell: false }],
  ] as const)('says who is to be woken, and whether the run has ended, after %s', (type, expected) => {
    const change = { type, output: null, context: null, takenFrom: null, first: true } as Change;
    expect(commit([change]).more).toMatchObject(expected);
  });

  it('takes the holder’s process and the lease’s end away with the lease, and not when a claim sets them', () => {
    const names = (changes: readonly Change[], more = {}) => commit(changes, more).more.mask;
    const released = names([{ type: 'run_released' }]);
    const operational = { leaseHolder: '{}', leaseExpiresAt: 5 };
    expect(names([{ type: 'run_claimed', takenFrom: null, first: true }], { operational })).not.toBe(released);
    expect(commit([{ type: 'run_claimed', takenFrom: null, first: false }], { operational }).more.patch).toMatchObject({
      lease_holder: '{}',
      lease_expires_at: 5,
      lease_worker: 'w',
    });
  });

  it('marks what comes from outside the lease as nobody’s', () => {
    const { entry } = commit([{ type: 'cancel_requested', reason: null }], { guard: null, worker: null });
    expect([entry.fence, entry.by_fence, entry.by_worker]).toEqual([undefined, undefined, undefined]);
  });
});
