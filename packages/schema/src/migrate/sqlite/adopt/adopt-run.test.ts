import { describe, expect, test } from 'vitest';
import { adoptRun } from './adopt-run.js';
import type { DraftEvent, DraftRecords, DraftStep } from './draft-tables.js';

const now = Date.UTC(2030, 0, 1);
const at = (seconds: number) => Date.UTC(2024, 0, 1, 0, 0, seconds);
const text = (seconds: number) => `2024-01-01 00:00:${String(seconds).padStart(2, '0')}`;

function records(
  change: { run?: object; steps?: Partial<DraftStep>[]; events?: Partial<DraftEvent>[] } = {},
): DraftRecords {
  const run = {
    position: 1,
    id: 'r',
    name: 'wf',
    status: 'running',
    input: '{}',
    context: '{}',
    createdAt: text(0),
    updatedAt: text(9),
  };
  const step = {
    position: 1,
    runId: 'r',
    stepId: 's',
    status: 'completed',
    result: null,
    attempts: 0,
    updatedAt: text(5),
  };
  const event = { id: 1, runId: 'r', type: 'note', payload: '{}', timestamp: text(1) };
  return {
    run: { ...run, ...change.run },
    steps: (change.steps ?? []).map((part) => ({ ...step, ...part })),
    events: (change.events ?? []).map((part) => ({ ...event, ...part })),
  };
}

const event = (type: string, stepId: string, more: object = {}): Partial<DraftEvent> => ({
  type,
  payload: JSON.stringify({ stepId, ...more }),
});
const adopt = (...args: Parameters<typeof records>) => adoptRun(records(...args), now);

describe('a run', () => {
  test.each([
    ['completed', 'completed', null, at(9)],
    ['failed', 'failed', null, at(9)],
    ['running', 'paused', 'adopted', null],
    ['by hand', 'paused', 'adopted', null],
  ])('that was %s is %s', (status, expected, reason, finishedAt) => {
    const { run } = adopt({ run: { status } });
    expect(run).toMatchObject({
      status: expected,
      reason,
      finishedAt,
      createdAt: at(0),
      startedAt: at(0),
      updatedAt: at(9),
    });
  });

  test('without readable times gets the instant of the adoption', () => {
    expect(adopt({ run: { createdAt: null, updatedAt: 'x' } }).run).toMatchObject({ createdAt: now, updatedAt: now });
  });

  test('that failed has the error of the step that failed last', () => {
    const { run } = adopt({
      run: { status: 'failed' },
      steps: [
        { stepId: 'late', status: 'failed', result: '{"error":"second"}' },
        { stepId: 'early', status: 'failed', result: '{"error":"first"}' },
      ],
      events: [event('step_failed', 'early'), event('step_failed', 'late')],
    });
    expect(JSON.parse(run.error ?? '')).toMatchObject({ message: 'second' });
  });
});

describe('a step', () => {
  test.each([
    ['0', '0'],
    ['""', '""'],
    ['false', 'false'],
    ['null', 'null'],
  ])('whose result %s was lost has it back from the log', (logged, expected) => {
    const events = [{ type: 'step_completed', payload: `{"stepId":"s","result":${logged}}` }];
    expect(adopt({ steps: [{}], events }).steps[0]?.result).toBe(expected);
  });

  test('that returned nothing has no result', () => {
    expect(adopt({ steps: [{}], events: [event('step_completed', 's')] }).steps[0]?.result).toBeNull();
  });

  test("keeps its row's result when the log says another", () => {
    const events = [event('step_completed', 's', { result: 'other' })];
    expect(adopt({ steps: [{ result: '{"a":1}' }], events }).steps[0]?.result).toBe('{"a":1}');
  });

  test.each([
    ['{"error":"boom"}', 'boom'],
    ['{"error":{"code":5}}', '{"code":5}'],
    ['{}', 'The step failed; what it threw had no message.'],
    [null, 'The step failed; what it threw had no message.'],
    ['{"other":1}', '{"other":1}'],
    ['by hand', '"by hand"'],
  ])('that failed with %s has a message', (result, message) => {
    const [step] = adopt({ steps: [{ status: 'failed', result }] }).steps;
    expect(step?.result).toBeNull();
    expect(JSON.parse(step?.error ?? '').message).toBe(message);
  });

  test('that failed with a very long message keeps its beginning, and no half of a character', () => {
    const result = JSON.stringify({ error: `${'x'.repeat(1999)}😀${'y'.repeat(100_000)}` });
    const [step] = adopt({ steps: [{ status: 'failed', result }] }).steps;
    expect(JSON.parse(step?.error ?? '').message).toBe(`${'x'.repeat(1999)}…`);
  });

  test('counts its attempts from the log, or from its row when that says more', () => {
    const events = [event('step_started', 's'), event('step_failed', 's'), event('step_started', 's')];
    expect(adopt({ steps: [{ attempts: 1 }], events }).steps[0]).toMatchObject({ attempts: 2, attemptsBase: 0 });
    expect(adopt({ steps: [{ attempts: 7 }], events }).steps[0]).toMatchObject({ attempts: 7 });
  });

  test('is settled by its last outcome, not by what was logged about it later', () => {
    const events = [
      event('step_failed', 's'),
      event('step_completed', 's'),
      event('note', 's'),
      event('note', 'other'),
    ];
    expect(adopt({ steps: [{}], events }).steps[0]?.settledSeq).toBe(2);
  });

  test('is settled by its last event when it has no outcome there, and by the adoption when it has none', () => {
    expect(adopt({ steps: [{}], events: [event('note', 's'), event('note', 's')] }).steps[0]?.settledSeq).toBe(2);
    expect(adopt({ steps: [{}], events: [event('note', 'other')] }).steps[0]?.settledSeq).toBe(2);
  });

  test.each(['running', 'pending'])('that was %s is pending and not settled, nor finished', (status) => {
    const events = [{ ...event('step_started', 's'), timestamp: text(3) }];
    const [step] = adopt({ steps: [{ status }], events }).steps;
    expect(step).toMatchObject({
      status: 'pending',
      settledSeq: null,
      finishedAt: null,
      startedAt: at(3),
      updatedAt: at(5),
    });
  });
});

describe('the log', () => {
  test('is numbered from 1 and ends with run_adopted at the instant of the adoption', () => {
    const { events, run } = adopt({ events: [{ id: 7 }, { id: 9 }] });
    expect(events.map(({ seq, type, at: instant }) => [seq, type, instant])).toEqual([
      [1, 'note', at(1)],
      [2, 'note', at(1)],
      [3, 'run_adopted', now],
    ]);
    expect(run.lastSeq).toBe(3);
  });

  test('gives an event without a readable time the one before it', () => {
    const { events } = adopt({ events: [{ timestamp: null }, { timestamp: text(4) }, { timestamp: 'x' }] });
    expect(events.map((row) => row.at)).toEqual([at(0), at(4), at(4), now]);
  });

  test.each(['{"stepId":5}', '["stepId"]', 'null', '"stepId"', 'no json'])(
    'finds no step in the payload %s',
    (payload) => {
      expect(adopt({ events: [{ payload }] }).events[0]?.stepKey).toBeNull();
    },
  );

  test("keeps the draft's payload to the byte", () => {
    const payload = '{ "stepId": "s",\t"n": 1.0 }';
    expect(adopt({ events: [{ payload }] }).events[0]).toMatchObject({ payload, stepKey: 's', payloadRef: null });
  });

  test('keeps a large payload apart and leaves {} in its place', () => {
    const payload = JSON.stringify({ stepId: 's', text: 'x'.repeat(9000) });
    const { events, payloads } = adopt({ events: [{ payload }] });
    expect(events[0]).toMatchObject({ payload: '{}', payloadRef: payloads[0]?.sha256, stepKey: 's' });
    expect(payloads).toHaveLength(1);
    expect(payloads[0]?.body).toBe(payload);
  });
});
