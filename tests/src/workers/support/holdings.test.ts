import type { StoredEvent } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { holdingsOf, mostAtOnce, occupationsOf, waitsAfter } from './holdings.js';
import { mostInHandlers } from './most-in-handlers.js';
import type { WorkLine } from './work-line.js';

/** A run's log, as `[at, type, worker]`. */
function log(...events: readonly (readonly [number, string, string])[]): readonly StoredEvent[] {
  return events.map(([at, type, worker]) => ({ runId: 'r', at, type, worker }) as StoredEvent); // nothing else is read
}

const taken = log(
  [0, 'workflow_started', 'client'],
  [10, 'run_claimed', 'one'],
  [20, 'step_started', 'one'],
  [50, 'run_claimed', 'two'],
  [60, 'workflow_suspended', 'two'],
  [90, 'run_claimed', 'two'],
  [95, 'workflow_completed', 'two'],
);

describe('what a log says of a run’s holders', () => {
  it('is who had it, from when to when, and whether it was taken', () => {
    expect(holdingsOf(taken)).toEqual([
      { runId: 'r', worker: 'one', from: 10, until: 50, wasTaken: true },
      { runId: 'r', worker: 'two', from: 50, until: 60, wasTaken: false },
      { runId: 'r', worker: 'two', from: 90, until: 95, wasTaken: false },
    ]);
  });

  it('is how long it waited after its holder’s death', () => {
    expect(waitsAfter([{ worker: 'one', at: 25 }], holdingsOf(taken))).toEqual([25]);
    expect(waitsAfter([{ worker: 'two', at: 99 }], holdingsOf(taken))).toEqual([]);
  });

  it('is when it counted against a limit: also while its holder was dead', () => {
    expect(occupationsOf(holdingsOf(taken))).toEqual([
      { runId: 'r', from: 10, until: 60 },
      { runId: 'r', from: 90, until: 95 },
    ]);
  });
});

describe('the most at once', () => {
  it.each([
    ['nothing', [], 0],
    ['one after the other, in one millisecond', [span(0, 5), span(5, 9)], 1],
    ['one within the other', [span(0, 9), span(2, 3), span(4, 5)], 2],
    ['one without an end', [span(0, Number.POSITIVE_INFINITY), span(7, 8)], 2],
  ])('is counted of %s', (_, spans, expected) => {
    expect(mostAtOnce(spans)).toBe(expected);
  });

  it('in handlers counts runs, not attempts, and one whose worker died until its next holder is done', () => {
    const line = (kind: string, runId: string) => ({ kind, runId, key: 'a' }) as WorkLine; // nothing else is read
    const lines = [
      line('effect', 'x'),
      line('effect', 'x'),
      line('effect', 'y'),
      line('left', 'x'),
      line('effect', 'z'),
    ];
    expect(mostInHandlers(lines)).toBe(2);
    expect(mostInHandlers([...lines, line('effect', 'x')])).toBe(3);
  });
});

function span(from: number, until: number) {
  return { from, until };
}
