import { RetryableError, TerminalError } from '@sisyphus-state/handlers';
import { PayloadTooLargeError } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { ApprovalRejectedError, StepTimeoutError } from '../errors.js';
import { decideFailure } from './settle-attempt.js';
import { planOf, stepIn } from './test-support/plan.js';
import { stepUnit } from './unit.js';

const retry = { attempts: 3, backoff: 100, factor: 2, jitter: 'none' } as const;
const unit = stepUnit(stepIn(planOf([{ id: 'a', retry }]), 'a'));
const once = stepUnit(stepIn(planOf([{ id: 'a' }]), 'a'));

function decide(error: unknown, attempts: number, { attemptsBase = 0, of = unit } = {}) {
  return decideFailure(of, { attempts, attemptsBase }, { kind: 'failed', error, usage: null }, 0.5);
}

describe('a failed attempt', () => {
  it('is followed by another after the wait of the policy, and both are in one change', () => {
    const usage = { tokens: 5 };
    const decision = decideFailure(
      unit,
      { attempts: 2, attemptsBase: 0 },
      { kind: 'failed', error: new Error('no'), usage },
      0.5,
    );
    expect(decision).toMatchObject({ kind: 'retry', delayMs: 200 });
    expect(decision.change).toMatchObject({
      type: 'step_retry_scheduled',
      stepKey: 'a',
      attempt: 2,
      delayMs: 200,
      usage,
    });
    expect(decision.change).toMatchObject({ error: { name: 'Error', message: 'no' } });
  });

  it('ends the step when no attempt is left', () => {
    expect(decide(new Error('no'), 3)).toMatchObject({ kind: 'fail', change: { type: 'step_failed', attempt: 3 } });
    expect(decide(new Error('no'), 1, { of: once })).toMatchObject({ kind: 'fail' });
  });

  it('counts from the last resume, and not what a crash cut off (pitfall 12)', () => {
    expect(decide(new Error('no'), 5, { attemptsBase: 3 })).toMatchObject({ kind: 'retry', delayMs: 200 });
    expect(decide(new Error('no'), 6, { attemptsBase: 3 })).toMatchObject({ kind: 'fail' });
  });

  it.each([
    ['says that nobody should try again', new TerminalError('never')],
    ['has a result that is too large', new PayloadTooLargeError('it', 2, 1)],
    ['was rejected', new ApprovalRejectedError('a', null, null)],
    ['is of no class of ours and says so of itself', Object.assign(new Error('no'), { retryable: false })],
  ])('ends the step at once when its error %s', (_, error) => {
    expect(decide(error, 1)).toMatchObject({ kind: 'fail' });
  });

  it.each([
    ['a timeout', new StepTimeoutError('a', 5)],
    ['no Error at all', 'a text'],
    ['an object that is none and says it is final', { retryable: false }],
  ])('is tried again after %s', (_, error) => {
    expect(decide(error, 1)).toMatchObject({ kind: 'retry' });
  });

  it('waits as long as the error asks for', () => {
    expect(decide(new RetryableError('busy', { retryAfterMs: 7000 }), 1)).toMatchObject({
      kind: 'retry',
      delayMs: 7000,
    });
  });

  it('keeps the text of what was thrown and is no Error', () => {
    expect(decide('just a text', 3).change).toMatchObject({ error: { message: 'just a text' } });
  });
});
