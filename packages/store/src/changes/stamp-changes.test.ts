import { describe, expect, it } from 'vitest';
import { completed, started } from '../test-support/sample-changes.js';
import { stampChanges } from './stamp-changes.js';

const commit = { runId: 'r', firstSeq: 5, at: 1000, fence: 3, worker: 'w' };

describe('stampChanges', () => {
  it('numbers events without gaps and stamps them all alike', () => {
    const { events } = stampChanges([started('a'), completed('a', 1), started('b')], commit);
    expect(events.map(({ seq, type, stepKey }) => [seq, type, stepKey])).toEqual([
      [5, 'step_started', 'a'],
      [6, 'step_completed', 'a'],
      [7, 'step_started', 'b'],
    ]);
    for (const event of events)
      expect(event).toMatchObject({ runId: 'r', at: 1000, fence: 3, worker: 'w', source: 'engine' });
  });

  it('projects each change with its own seq', () => {
    const { projections } = stampChanges([started('a'), completed('a', 1)], commit);
    expect(projections[1]?.steps[0]?.set).toMatchObject({ settledSeq: 6, finishedAt: 1000 });
  });

  it('writes no fence for what came from outside the lease', () => {
    const { events } = stampChanges([{ type: 'cancel_requested', reason: null }], { ...commit, worker: null });
    expect(events[0]).toMatchObject({ fence: null, worker: null });
  });

  it('collects the values that are too large for their rows', () => {
    const { bodies, events } = stampChanges([completed('a', 'x'.repeat(9000)), completed('b', 'y')], commit);
    expect(bodies.map(({ bytes }) => bytes)).toEqual([9002]);
    expect(events.map(({ payloadRef }) => payloadRef)).toEqual([bodies[0]?.sha256, null]);
  });

  it('makes nothing of nothing', () => {
    expect(stampChanges([], commit)).toEqual({ events: [], projections: [], bodies: [] });
  });
});
