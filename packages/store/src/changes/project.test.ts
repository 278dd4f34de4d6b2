import { projectedRunColumns, projectedStepColumns } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { sampleOfEveryChange } from '../test-support/every-change.js';
import { storedError } from '../test-support/sample-changes.js';
import type { Change } from './change.js';
import { project } from './project.js';
import type { Projection } from './projection.js';
import { spillChange } from './spill-change.js';

const stamp = { runId: 'r', seq: 9, at: 1000, fence: 4, worker: 'w' };
const errorText = JSON.stringify(storedError);
const usageText = '{"tokens":12,"cost":3}';
const released = { leaseWorker: null, wakeAt: null, reason: null };

function projectionOf(change: Change): Projection {
  return project(spillChange(change, []), stamp);
}

/** The sample of a type (see `sampleOfEveryChange`), with some of its fields changed. */
function sample<T extends Change['type']>(type: T, more: Partial<Extract<Change, { type: T }>> = {}): Change {
  const found = sampleOfEveryChange.find((change) => change.type === type);
  return { ...found, ...more } as unknown as Change;
}

/** As `sample`, of a run that counts nothing and a step that repeats nothing. */
function plain<T extends Change['type']>(type: T, more: Partial<Extract<Change, { type: T }>> = {}): Change {
  return { ...sample(type, more), runUsage: null, streak: null } as unknown as Change;
}

/** What each change does to the run's own row. */
const runTable: readonly (readonly [what: string, change: Change, columns: object])[] = [
  [
    'run_claimed, the first time',
    sample('run_claimed'),
    { status: 'running', fence: 4, leaseWorker: 'w', wakeAt: null, reason: null, startedAt: 1000 },
  ],
  [
    'run_claimed, a later time',
    sample('run_claimed', { first: false }),
    { status: 'running', fence: 4, leaseWorker: 'w', wakeAt: null, reason: null },
  ],
  ['run_released', sample('run_released'), { ...released, status: 'pending' }],
  ['workflow_suspended', sample('workflow_suspended'), { ...released, status: 'waiting', wakeAt: 90, reason: 'timer' }],
  ['workflow_woken', sample('workflow_woken'), { wakeAt: 1000 }],
  ['workflow_paused', sample('workflow_paused'), { ...released, status: 'paused', reason: 'asked' }],
  [
    'workflow_resumed',
    sample('workflow_resumed', { definitionHash: null, budget: null, deadlineMs: null }),
    { ...released, status: 'pending', endingAs: null, error: null, finishedAt: null },
  ],
  [
    'workflow_resumed with another definition, budget and deadline',
    sample('workflow_resumed'),
    {
      ...{ ...released, status: 'pending', endingAs: null, error: null, finishedAt: null, definitionHash: 'h2' },
      ...{ budget: '{"tokens":70}', deadlineAt: 6000 },
    },
  ],
  [
    'workflow_completed',
    sample('workflow_completed'),
    {
      ...released,
      status: 'completed',
      output: 'null',
      outputRef: null,
      context: '{"b":[]}',
      contextRef: null,
      finishedAt: 1000,
    },
  ],
  ['workflow_failed', sample('workflow_failed'), { ...released, status: 'failed', error: errorText, finishedAt: 1000 }],
  [
    'workflow_cancelled',
    sample('workflow_cancelled'),
    { ...released, status: 'cancelled', reason: 'enough', finishedAt: 1000 },
  ],
];

const startedSet = {
  ...{
    stepId: 'a',
    type: 't',
    status: 'running',
    attempts: 2,
    delivery: 'at-most-once',
    inputHash: 'ih',
    itemCount: 4,
  },
  ...{ error: null, wakeAt: null, finishedAt: null },
};

/** What each change does to its step's row. */
const stepTable: readonly (readonly [what: string, change: Change, patch: object])[] = [
  [
    'step_started',
    plain('step_started', { attemptsBase: null }),
    { stepKey: 'a[1]', set: startedSet, onInsert: { attemptsBase: 0, startedAt: 1000 } },
  ],
  [
    'step_started after a cut-off attempt',
    plain('step_started'),
    { stepKey: 'a[1]', set: { ...startedSet, attemptsBase: 1 }, onInsert: { startedAt: 1000 } },
  ],
  [
    'step_completed',
    plain('step_completed'),
    {
      stepKey: 'a',
      set: {
        ...{ status: 'completed', result: '""', resultRef: null, error: null },
        ...{ usage: usageText, settledSeq: 9, finishedAt: 1000 },
      },
      onInsert: null,
    },
  ],
  [
    'step_failed',
    plain('step_failed'),
    {
      stepKey: 'a',
      set: { status: 'failed', error: errorText, usage: usageText, settledSeq: 9, finishedAt: 1000 },
      onInsert: null,
    },
  ],
  [
    'step_cancelled',
    plain('step_cancelled', { usage: null }),
    { stepKey: 'a', set: { status: 'cancelled', settledSeq: 9, finishedAt: 1000 }, onInsert: null },
  ],
  [
    'step_retry_scheduled',
    plain('step_retry_scheduled'),
    { stepKey: 'a', set: { status: 'pending', error: errorText, usage: usageText, wakeAt: 1250 }, onInsert: null },
  ],
  [
    'step_retry_scheduled by a fraction',
    plain('step_retry_scheduled', { delayMs: 0.1 }),
    { stepKey: 'a', set: { status: 'pending', error: errorText, usage: usageText, wakeAt: 1001 }, onInsert: null },
  ],
  [
    'step_waiting',
    { ...sample('step_waiting'), childRunId: null, attempts: null } as Change,
    {
      stepKey: 'a',
      set: { status: 'waiting', wakeAt: 61_000, settledSeq: null, finishedAt: null },
      onInsert: { stepId: 'a', type: 'sleep', attempts: 0, attemptsBase: 0, startedAt: 1000 },
    },
  ],
  [
    'step_waiting for a run',
    sample('step_waiting'),
    {
      stepKey: 'a',
      set: {
        ...{ status: 'waiting', wakeAt: 61_000, settledSeq: null, finishedAt: null },
        ...{ childRunId: 'c', attempts: 2, error: null },
      },
      onInsert: { stepId: 'a', type: 'sleep', attemptsBase: 0, startedAt: 1000 },
    },
  ],
  ['step_in_doubt', plain('step_in_doubt'), { stepKey: 'a', set: { status: 'in_doubt' }, onInsert: null }],
  [
    'step_rearmed',
    plain('step_rearmed'),
    {
      stepKey: 'a',
      set: { status: 'pending', attemptsBase: 2, settledSeq: null, wakeAt: null, finishedAt: null },
      onInsert: null,
    },
  ],
  [
    'step_skipped',
    plain('step_skipped'),
    {
      stepKey: 'a',
      set: { status: 'skipped', settledSeq: 9, finishedAt: 1000 },
      onInsert: { stepId: 'a', type: 't', attempts: 0, attemptsBase: 0 },
    },
  ],
];

/** What else a change does to its step's row where anything is counted. */
const meteredTable = [
  ['step_started', { reserved: '{"tokens":9,"cost":0}' }],
  ['step_completed', { reserved: null, streak: 2 }],
  ['step_failed', { reserved: null, streak: 3 }],
  ['step_retry_scheduled', { reserved: null, streak: 4 }],
  ['step_in_doubt', { reserved: null }],
  ['step_cancelled', { reserved: null }],
] as const;

describe('project', () => {
  it('sets every column that a new run has from workflow_started', () => {
    expect(projectionOf(sample('workflow_started')).run).toEqual({
      ...{ id: 'r', namespace: 'n', name: 'w', version: 2, definitionHash: 'h', status: 'pending', input: '{"a":1}' },
      ...{ inputRef: null, tags: '{"t":"v"}', budget: '{"tokens":5}', queue: 'q', priority: -1, concurrencyKey: 'c' },
      ...{ idempotencyKey: 'k', parentRunId: 'p', parentStepKey: 'ps', rootRunId: 'root', wakeAt: 10, deadlineAt: 20 },
      ...{ fence: 0, createdAt: 1000 },
    });
  });

  it.each(runTable)('shows %s in the run’s row', (_, change, columns) => {
    expect(projectionOf(change).run).toEqual(columns);
  });

  it.each(stepTable)('shows %s in the step’s row and leaves the run’s alone', (_, change, patch) => {
    expect(projectionOf(change)).toEqual({ run: null, steps: [patch], mail: [] });
  });

  it.each(meteredTable)('writes what the run has used with %s, and %j in the step’s row', (type, columns) => {
    const { run, steps } = projectionOf(sample(type));
    const usage = JSON.stringify({
      ...{ steps: 1, attempts: 0, duration: 0, tokens: 12, cost: 3, reserved: { tokens: 0, cost: 0 } },
      unsettled: { tokens: 2, cost: 0 },
    });
    expect(run).toEqual({ usage });
    expect(steps[0]?.set).toMatchObject(columns);
  });

  it('writes what an attempt had used that ended with its run', () => {
    expect(projectionOf(sample('step_cancelled')).steps[0]?.set).toMatchObject({ usage: usageText });
  });

  it('takes a piece of the mailbox', () => {
    expect(projectionOf(sample('mail_taken'))).toEqual({ run: null, steps: [], mail: ['m'] });
  });

  it('arms steps again for a resume', () => {
    expect(projectionOf(sample('workflow_resumed')).steps).toEqual([
      {
        stepKey: 'a',
        set: { status: 'pending', attemptsBase: 3, settledSeq: null, wakeAt: null, finishedAt: null },
        onInsert: null,
      },
    ]);
  });

  it.each(['cancel_requested', 'pause_requested', 'signal_received', 'run_adopted', 'run_forked'] as const)(
    'lets %s change no row',
    (type) => {
      expect(projectionOf(sample(type))).toEqual({ run: null, steps: [], mail: [] });
    },
  );

  it.each(sampleOfEveryChange.map((change) => [change.type, change] as const))(
    'sets only projected columns for %s',
    (_, change) => {
      const { run, steps } = projectionOf(change);
      for (const column of Object.keys(run ?? {})) expect(projectedRunColumns).toContain(column);
      for (const { set, onInsert } of steps)
        for (const column of Object.keys({ ...set, ...onInsert })) expect(projectedStepColumns).toContain(column);
    },
  );
});
