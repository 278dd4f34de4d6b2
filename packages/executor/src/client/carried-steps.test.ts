import type { StepRow, StepStatus } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { planOf } from '../engine/test-support/plan.js';
import { rowOf } from '../engine/test-support/rows.js';
import { carriedSteps } from './carried-steps.js';

const plan = planOf([
  { id: 'fetch', fallback: [{ type: 'other' }] },
  { id: 'each', needs: ['fetch'], foreach: [1, 2, 3] },
  { id: 'poll', needs: ['fetch'], repeat: { until: 'true' } },
  { id: 'maybe', needs: ['fetch'], onError: 'continue' },
  { id: 'join', needs: ['each', 'maybe'] },
  { id: 'alone', needs: [], compensate: { type: 'undo' } },
  { id: 'last', needs: ['alone'] },
]);

let seq = 0;
const settledStatuses: readonly StepStatus[] = ['completed', 'failed', 'skipped', 'cancelled'];

/** A step's row with the `seq` it settled at, if its status is one that has. */
function row(stepKey: string, status: StepStatus = 'completed', more: Partial<StepRow> = {}): StepRow {
  const stepId = /^[^[#/]*/.exec(stepKey)?.[0] ?? stepKey;
  return rowOf(stepKey, { stepId, status, settledSeq: settledStatuses.includes(status) ? ++seq : null, ...more });
}

function carried(from: string, steps: readonly StepRow[]) {
  const { settled, inDoubt } = carriedSteps(plan, { steps }, from);
  return { settled: [...settled].sort(), inDoubt };
}

const all = ['fetch', 'each', 'each[0]', 'each[1]', 'poll', 'poll#1', 'maybe', 'join', 'alone', 'last'];

describe('what a fork of a completed run carries', () => {
  it.each([
    ['fetch', ['alone', 'last']],
    ['each', ['alone', 'fetch', 'last', 'maybe', 'poll', 'poll#1']],
    ['poll', ['alone', 'each', 'each[0]', 'each[1]', 'fetch', 'join', 'last', 'maybe']],
    ['alone', ['each', 'each[0]', 'each[1]', 'fetch', 'join', 'maybe', 'poll', 'poll#1']],
    ['last', ['alone', 'each', 'each[0]', 'each[1]', 'fetch', 'join', 'maybe', 'poll', 'poll#1']],
  ])('from %s is all that does not need it', (from, settled) => {
    expect(
      carried(
        from,
        all.map((key) => row(key)),
      ),
    ).toEqual({ settled, inDoubt: [] });
  });

  it('has what was skipped, and a failure that the run went on from', () => {
    const steps = [row('fetch'), row('each', 'skipped'), row('maybe', 'failed'), row('join', 'skipped'), row('last')];
    expect(carried('last', steps).settled).toEqual(['each', 'fetch', 'join', 'maybe']);
  });

  it('has the failures of which a step’s fallback made a result', () => {
    const steps = [row('fetch'), row('fetch/fallback[0]'), row('each'), row('each[0]', 'failed'), row('last')];
    expect(carried('last', steps).settled).toEqual(['each', 'each[0]', 'fetch', 'fetch/fallback[0]']);
  });
});

describe('what a fork of a run that did not complete carries', () => {
  it('is no step that is not over, and no failure of it', () => {
    const steps = [row('fetch', 'failed'), row('fetch/fallback[0]', 'failed'), row('alone', 'running'), row('last')];
    expect(carried('last', steps)).toEqual({ settled: [], inDoubt: [] });
  });

  it('is what completed of a step that did not', () => {
    const steps = [
      ...[row('fetch'), row('each', 'running'), row('each[0]'), row('each[1]', 'failed'), row('each[2]', 'running')],
      ...[row('poll', 'cancelled'), row('poll#1'), row('poll#2', 'cancelled'), row('alone')],
    ];
    expect(carried('alone', steps).settled).toEqual(['each[0]', 'fetch', 'poll#1']);
  });

  it('is in doubt where an attempt that must not run twice was under way', () => {
    const once = { delivery: 'at-most-once' } as const;
    const steps = [row('fetch', 'in_doubt', once), row('alone', 'running', once), row('last', 'running')];
    expect(carried('last', steps)).toEqual({ settled: [], inDoubt: ['fetch', 'alone'] });
    expect(carried('fetch', steps).inDoubt).toEqual(['alone']);
  });
});

describe('what a fork of a run that was undone carries', () => {
  it.each(['completed', 'failed', 'running', 'pending'] as const)(
    'is no step whose compensation is %s, nor what needs it',
    (status) => {
      const steps = [row('fetch'), row('alone'), row('last'), row('poll'), row('alone/compensate', status)];
      expect(carried('poll', steps).settled).toEqual(['fetch']);
    },
  );
});
