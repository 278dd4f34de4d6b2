import { describe, expect, it } from 'vitest';
import { snapshot } from '../test-support/every-change.js';
import { completed, json, started } from '../test-support/sample-changes.js';
import type { Change } from './change.js';
import { emptyFold, type FoldableEvent, foldEvent, foldedState, foldProjections } from './fold.js';
import { stampChanges } from './stamp-changes.js';

const first: Change = {
  type: 'workflow_started',
  ...{ namespace: 'default', name: 'w', version: null, definitionHash: null, input: json(1), tags: null, budget: null },
  ...{ queue: 'default', priority: 0, concurrencyKey: null, idempotencyKey: null, parentRunId: null },
  ...{ parentStepKey: null, rootRunId: 'r', wakeAt: null, deadlineAt: null },
};

function eventsOf(changes: readonly Change[]): FoldableEvent[] {
  const { events } = stampChanges(changes, { runId: 'r', firstSeq: 1, at: 1000, fence: 1, worker: 'w' });
  return events.map((event) => ({ ...event, body: null }));
}

function folded(events: readonly FoldableEvent[]) {
  const fold = emptyFold();
  for (const event of events) foldEvent(fold, event);
  return foldedState(fold);
}

describe('foldEvent', () => {
  it('has no state before the log begins', () => {
    expect(folded([])).toBeNull();
  });

  it('has every projected column, null where no change spoke of it', () => {
    const state = folded(eventsOf([first, started('a'), completed('a', 2)]));
    expect(state?.run).toMatchObject({
      id: 'r',
      status: 'pending',
      input: '1',
      output: null,
      usage: null,
      endingAs: null,
    });
    expect(state?.steps).toEqual([
      expect.objectContaining({ stepKey: 'a', status: 'completed', result: '2', childRunId: null }),
    ]);
  });

  it('keeps steps in the order in which they were first spoken of', () => {
    const state = folded(eventsOf([first, started('z'), started('a'), completed('z'), started('m')]));
    expect(state?.steps.map((step) => step.stepKey)).toEqual(['z', 'a', 'm']);
  });

  it('sets what only a new row gets once', () => {
    const [, second] = eventsOf([first, started('a', 1)]);
    const again = { ...eventsOf([first, first, started('a', 2)])[2], at: 5000 };
    const [begin] = eventsOf([first]);
    if (!begin || !second) throw new Error('There are events.');
    const state = folded([begin, second, again as FoldableEvent]);
    expect(state?.steps[0]).toMatchObject({ attempts: 2, startedAt: 1000 });
  });

  it('passes over the user’s events, whatever they are called, and over types it does not know', () => {
    const events = eventsOf([first, { type: 'workflow_cancelled', reason: null }]);
    const spoilt = events.map((event, index) => (index === 1 ? { ...event, source: 'user' as const } : event));
    expect(folded(spoilt)?.run.status).toBe('pending');
    expect(
      folded(events.map((event, index) => (index === 1 ? { ...event, type: 'unknown' } : event)))?.run.status,
    ).toBe('pending');
  });

  it('starts anew from a snapshot and forgets what came before it', () => {
    const [adopted] = eventsOf([{ type: 'run_adopted', snapshot }]);
    if (!adopted) throw new Error('There is an event.');
    const state = folded([...eventsOf([first, started('gone')]), adopted]);
    expect(state).toEqual(snapshot);
    expect(state?.run).not.toBe(snapshot.run);
  });

  it('takes a step called __proto__ for a step', () => {
    const state = folded(eventsOf([first, started('__proto__'), completed('__proto__', 1)]));
    expect(state?.steps).toEqual([expect.objectContaining({ stepKey: '__proto__', result: '1' })]);
  });
});

describe('foldProjections', () => {
  it('makes a new run’s first rows', () => {
    const { projections } = stampChanges([first, started('a')], {
      runId: 'r',
      firstSeq: 1,
      at: 1000,
      fence: 1,
      worker: 'w',
    });
    expect(foldProjections(projections)).toEqual(folded(eventsOf([first, started('a')])));
  });

  it('refuses changes that do not begin with a run', () => {
    const { projections } = stampChanges([started('a')], { runId: 'r', firstSeq: 1, at: 1000, fence: 1, worker: 'w' });
    expect(() => foldProjections(projections)).toThrow('workflow_started');
  });
});
