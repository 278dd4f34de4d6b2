import type { MailboxRow } from '@sisyphus-state/schema';
import { encodeValue } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { emptyBatch } from './batch.js';
import { Journal } from './journal.js';
import { dataProgressOf } from './test-support/data-progress.js';
import { heldHandlers } from './test-support/handlers.js';
import { planOf, type StepAsWritten } from './test-support/plan.js';
import { rowOf } from './test-support/rows.js';
import { stepUnit } from './unit.js';

const now = 10_000;
const { registry } = heldHandlers();

let pieces = 0;
function piece(kind: string, name: string, value: unknown = null): MailboxRow {
  pieces += 1;
  const payload = encodeValue(value, { what: 'it' });
  const read = { consumedAt: null, consumedSeq: null };
  return { id: `m${pieces}`, runId: 'r', kind, name, payload, payloadRef: null, createdAt: 77, ...read };
}

/** A run that goes on from these rows with this mail. */
function progressOf(steps: readonly StepAsWritten[], rows = [] as ReturnType<typeof rowOf>[], mail: MailboxRow[] = []) {
  const plan = planOf(steps);
  const journal = new Journal(rows);
  const progress = dataProgressOf(plan, { runId: 'r', input: {}, journal, mail }, { registry, now });
  const batch = emptyBatch();
  progress.advance(batch);
  const unit = stepUnit(
    plan.steps[0] ??
      (() => {
        throw new Error('no step');
      })(),
  );
  return { progress, batch, unit, journal };
}

const names = ({ changes }: ReturnType<typeof emptyBatch>) =>
  changes.map((change) => ('stepKey' in change ? `${change.type} ${change.stepKey}` : change.type));

const signal: StepAsWritten = { id: 'w', type: 'wait-for-signal', with: { signal: 'go', timeout: '5s' } };
const approval: StepAsWritten = { id: 'ask', type: 'approval', with: { message: 'Go?' } };

describe('a step that waits for a signal', () => {
  it('is recorded with the end of its patience, and takes the signal when it comes', () => {
    const { progress, batch } = progressOf([signal, { id: 'next' }]);
    expect(batch.changes).toMatchObject([{ type: 'step_waiting', stepKey: 'w', delayMs: 5000, wakeAt: null }]);
    expect(batch.waits).toMatchObject([{ delayMs: 5000, reason: 'signal:go' }]);
    const next = emptyBatch();
    const came = piece('signal', 'go', { n: 1 });
    progress.deliver([piece('signal', 'other'), came], next);
    expect(names(next)).toEqual(['mail_taken w', 'step_completed w', 'step_started next']);
    expect(next.changes[1]).toMatchObject({ result: '{"n":1}', attempt: 0 });
    expect(next.ended).toEqual(['w']);
  });

  it('takes one that came before it began to wait (pitfall 7)', () => {
    const { batch } = progressOf([signal], [], [piece('signal', 'go', 1)]);
    expect(names(batch)).toEqual(['step_waiting w', 'mail_taken w', 'step_completed w']);
    expect(batch.waits).toEqual([]);
  });

  it('tells a null payload from a timeout (pitfall 8)', () => {
    const { batch } = progressOf([signal], [], [piece('signal', 'go', null)]);
    expect(batch.changes.at(-1)).toMatchObject({ type: 'step_completed', result: 'null' });
    const late = progressOf([signal]);
    const rung = emptyBatch();
    late.progress.wake(late.unit, rung);
    expect(rung.changes).toMatchObject([{ type: 'step_failed', error: { code: 'WAIT_TIMEOUT' } }]);
  });

  it('leaves the second of two signals to the next wait, in order', () => {
    const again: StepAsWritten = { id: 'v', type: 'wait-for-signal', with: { signal: 'go' } };
    const { batch } = progressOf([signal, again], [], [piece('signal', 'go', 1), piece('signal', 'go', 2)]);
    const results = batch.changes.flatMap((change) => (change.type === 'step_completed' ? [change.result] : []));
    expect(results).toEqual(['1', '2']);
  });

  it.each([
    ['goes on waiting as long as is left', now + 1, []],
    ['is over when its time passed while nobody was there (pitfall 11)', now, ['step_failed w']],
  ])('%s when it is resumed', (_, wakeAt, expected) => {
    const { batch } = progressOf([signal], [rowOf('w', { status: 'waiting', attempts: 0, wakeAt })]);
    expect(names(batch)).toEqual(expected);
  });

  it('takes a signal that came in time although its time has passed since', () => {
    const row = rowOf('w', { status: 'waiting', attempts: 0, wakeAt: now - 500 });
    const { batch } = progressOf([signal], [row], [piece('signal', 'go', 1)]);
    expect(names(batch)).toEqual(['mail_taken w', 'step_completed w']);
  });

  it('does not hear its timer any more once the signal came', () => {
    const { progress, unit } = progressOf([signal]);
    progress.deliver([piece('signal', 'go')], emptyBatch());
    const rung = emptyBatch();
    progress.wake(unit, rung);
    expect(rung.changes).toEqual([]);
  });
});

describe('an approval', () => {
  it('is given with who, when and a comment', () => {
    const { progress } = progressOf([approval]);
    const batch = emptyBatch();
    progress.deliver([piece('approval', 'ask', { approved: true, by: 'ann', comment: 'fine' })], batch);
    expect(batch.changes[1]).toMatchObject({ result: '{"approved":true,"by":"ann","comment":"fine","at":77}' });
  });

  it('that is refused fails the step', () => {
    const { progress } = progressOf([approval]);
    const batch = emptyBatch();
    progress.deliver([piece('approval', 'ask', { approved: false, by: 'ann', comment: null })], batch);
    expect(batch.changes[1]).toMatchObject({ type: 'step_failed', error: { code: 'APPROVAL_REJECTED' } });
    expect(progress.ending).toMatchObject({ kind: 'failed' });
  });
});

describe('a step in doubt', () => {
  const pay: StepAsWritten = { id: 'pay', type: 'amo' };
  const cutOff = rowOf('pay', { status: 'running', attempts: 1 });
  const doubted = rowOf('pay', { status: 'in_doubt', attempts: 1 });

  it('is told of once: who takes the run on finds it so', () => {
    expect(names(progressOf([pay], [cutOff]).batch)).toEqual(['step_in_doubt pay']);
    expect(names(progressOf([pay], [doubted]).batch)).toEqual([]);
  });

  it.each([
    ['completed', { completed: { paid: 1 } }, ['mail_taken pay', 'step_completed pay', 'step_started next']],
    ['failed', { failed: 'no' }, ['mail_taken pay', 'step_failed pay']],
    ['to be tried again', 'retry', ['mail_taken pay', 'step_rearmed pay', 'step_started pay']],
  ])('is resolved as %s', (_, resolution, expected) => {
    const { progress } = progressOf([pay, { id: 'next' }], [doubted]);
    const batch = emptyBatch();
    progress.deliver([piece('in_doubt', 'pay', resolution)], batch);
    expect(names(batch)).toEqual(expected);
  });

  it('that is tried again has all its attempts before it', () => {
    const { batch } = progressOf([{ ...pay, retry: { attempts: 2 } }], [doubted], [piece('in_doubt', 'pay', 'retry')]);
    expect(batch.changes.at(-1)).toMatchObject({ type: 'step_started', attempt: 2, attemptsBase: null });
    expect(batch.changes.at(-2)).toMatchObject({ type: 'step_rearmed', attempts: 1 });
  });
});
