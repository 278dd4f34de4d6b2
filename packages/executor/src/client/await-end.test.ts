import type { RunRow } from '@sisyphus-state/schema';
import { encodeValue, RunNotFoundError, toStoredError, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../engine/deferred.js';
import type { RunResult } from '../engine/driver-types.js';
import { WorkflowCancelledError, WorkflowFailedError } from '../errors.js';
import { type AwaitOptions, awaitEnd as awaitEndOf, toOutcome } from './await-end.js';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const result: RunResult = { runId: 'r', status: 'completed', context: { a: 1 }, output: 0 };
const ends = {
  completed: {
    status: 'completed',
    context: encodeValue({ a: 1 }, { what: 'it' }),
    output: encodeValue(0, { what: 'it' }),
  },
  failed: { status: 'failed', error: JSON.stringify(toStoredError(new Error('no'))) },
  cancelled: { status: 'cancelled', reason: 'enough' },
  held: { status: 'running', leaseWorker: 'they' },
  free: { status: 'pending', leaseWorker: null },
  paused: { status: 'paused', leaseWorker: null, reason: 'budget', wakeAt: null },
  parked: { status: 'waiting', leaseWorker: null, reason: 'sleep:a', wakeAt: 500 },
  delayed: { status: 'pending', leaseWorker: null, reason: null, wakeAt: 100_000 },
  asleep: { status: 'waiting', leaseWorker: null, reason: 'sleep:b', wakeAt: 100_000 },
} as const;

/** A store that has one run, of which the test says what it is. */
function storeWith(first: keyof typeof ends | null) {
  let run = first;
  let ring = (): void => undefined;
  const stopped = vi.fn();
  const store = {
    readRun: vi.fn(async () => (run === null ? null : rowOf(ends[run]))),
    now: async () => Date.now(),
    listRuns: async () => [],
    readEvents: async () => [
      { type: 'workflow_failed', stepKey: 'old' },
      { type: 'workflow_failed', stepKey: 'a' },
    ],
    watch: (listener: () => void) => {
      ring = listener;
      return stopped;
    },
  };
  const become = (next: keyof typeof ends): void => {
    run = next;
    ring();
  };
  // awaitEnd asks for nothing else.
  return {
    store: store as unknown as WorkflowStore,
    readRun: store.readRun,
    become,
    change: (next: keyof typeof ends): void => {
      run = next;
    },
    stopped,
  };
}

function rowOf(row: object): RunRow {
  return {
    id: 'r',
    reason: null,
    error: null,
    context: null,
    output: null,
    wakeAt: null,
    leaseWorker: null,
    ...row,
  } as unknown as RunRow; // what is read of it
}

type GoOn = NonNullable<AwaitOptions['goOn']>;

const nobody = vi.fn<GoOn>(async () => null);

function awaitEnd(store: WorkflowStore, runId: string, goOn: GoOn, more: Partial<AwaitOptions> = {}) {
  return awaitEndOf(store, runId, { until: 'end', stopped: new AbortController().signal, goOn, ...more });
}

beforeEach(() => void nobody.mockClear());

describe('waiting for a run that somebody else drives', () => {
  it('ends with its end, told of by the store', async () => {
    const { store, become } = storeWith('held');
    const waited = awaitEnd(store, 'r', nobody);
    await vi.advanceTimersByTimeAsync(0);
    become('completed');
    expect(await waited).toEqual(result);
    expect(nobody).not.toHaveBeenCalled();
  });

  it.each([
    ['completed', result],
    ['failed', WorkflowFailedError],
    ['cancelled', WorkflowCancelledError],
  ] as const)('ends at once when it is %s', async (status, end) => {
    const waited = awaitEnd(storeWith(status).store, 'r', nobody);
    if (typeof end === 'function') await expect(waited).rejects.toBeInstanceOf(end);
    else expect(await waited).toEqual(end);
  });

  it('is an error for a run that is not there, and for one that is paused: nobody would end the wait', async () => {
    await expect(awaitEnd(storeWith(null).store, 'r', nobody)).rejects.toBeInstanceOf(RunNotFoundError);
    await expect(awaitEnd(storeWith('paused').store, 'r', nobody)).rejects.toMatchObject({
      code: 'RUN_STATE',
      status: 'paused',
    });
  });

  it('takes the run on here once its holder gave it back', async () => {
    const { store, become } = storeWith('held');
    const goOn = vi.fn(async () => ({ result: Promise.resolve(result) }));
    const waited = awaitEnd(store, 'r', goOn);
    await vi.advanceTimersByTimeAsync(0);
    expect(goOn).not.toHaveBeenCalled();
    become('free');
    expect(await waited).toBe(result);
  });

  it('asks from time to time whether the holder is still there: a process that dies tells nobody (pitfalls 9, 10)', async () => {
    const { store } = storeWith('held');
    nobody.mockResolvedValueOnce(null).mockResolvedValueOnce({ result: Promise.resolve(result) });
    const waited = awaitEnd(store, 'r', nobody);
    await vi.advanceTimersByTimeAsync(1000);
    expect(nobody).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await waited).toBe(result);
  });

  it('sees an end that nobody told of', async () => {
    const { store, change } = storeWith('held');
    const waited = awaitEnd(store, 'r', nobody);
    await vi.advanceTimersByTimeAsync(0);
    change('completed');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await waited).toEqual(result);
  });

  it('does not miss what happens while it looks', async () => {
    const { store, readRun, become } = storeWith('held');
    const slow = deferred<RunRow>();
    readRun.mockImplementationOnce(() => slow.promise);
    const waited = awaitEnd(store, 'r', nobody);
    await vi.advanceTimersByTimeAsync(0);
    become('completed');
    slow.resolve(rowOf(ends.held));
    expect(await waited).toEqual(result);
  });

  it.each(['completed', 'failed', 'paused'] as const)('leaves no timer and no listener behind (%s)', async (end) => {
    const { store, become, stopped } = storeWith('held');
    const waited = awaitEnd(store, 'r', nobody).catch(() => null);
    await vi.advanceTimersByTimeAsync(0);
    become(end);
    await waited;
    expect([vi.getTimerCount(), stopped.mock.calls.length]).toEqual([0, 1]);
  });

  it('names the step at which the run failed the last time', async () => {
    await expect(awaitEnd(storeWith('failed').store, 'r', nobody)).rejects.toMatchObject({ stepKey: 'a' });
  });
});

describe('waiting for a run that is parked', () => {
  it('takes it on here at the instant it is due, not before', async () => {
    const { store } = storeWith('parked');
    const goOn = vi.fn<GoOn>(async () => ({ result: Promise.resolve(result) }));
    const waited = awaitEnd(store, 'r', goOn);
    await vi.advanceTimersByTimeAsync(499);
    expect(goOn).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await waited).toBe(result);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on waiting when it was parked again', async () => {
    const { store, change } = storeWith('parked');
    const goOn = vi.fn<GoOn>(async () => {
      change('completed');
      return { result: Promise.resolve({ runId: 'r', status: 'waiting' as const, reason: 'sleep:b' }) };
    });
    const waited = awaitEnd(store, 'r', goOn);
    await vi.advanceTimersByTimeAsync(500);
    expect(await waited).toEqual(result);
  });

  it('leaves it to others where it is asked to', async () => {
    const { store, become } = storeWith('parked');
    const waited = awaitEnd(store, 'r', nobody, { goOn: null });
    await vi.advanceTimersByTimeAsync(3000);
    become('completed');
    expect(await waited).toEqual(result);
  });

  it('ends until idle when its timer is more than a minute away, and when it is paused', async () => {
    const until = 'idle';
    expect(await awaitEnd(storeWith('asleep').store, 'r', nobody, { until })).toEqual({
      runId: 'r',
      status: 'waiting',
      reason: 'sleep:b',
      wakeAt: 100_000,
    });
    expect(await awaitEnd(storeWith('paused').store, 'r', nobody, { until })).toMatchObject({ status: 'paused' });
    // A start that was delayed is no other wait.
    expect(await awaitEnd(storeWith('delayed').store, 'r', nobody, { until })).toMatchObject({
      status: 'waiting',
      wakeAt: 100_000,
    });
  });

  it('is over when the executor stops', async () => {
    const controller = new AbortController();
    const waited = awaitEnd(storeWith('asleep').store, 'r', nobody, { stopped: controller.signal });
    const rejected = expect(waited).rejects.toMatchObject({ code: 'RUN_RELEASED' });
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await rejected;
  });
});

describe("a run's recorded end", () => {
  it('is what `execute` gave or threw', () => {
    expect(toOutcome(rowOf(ends.completed), null)).toEqual(result);
    expect(() => toOutcome(rowOf(ends.failed), 'a')).toThrow(/failed at step "a": no/);
    expect(() => toOutcome(rowOf(ends.cancelled), null)).toThrow(/cancelled: enough/);
  });

  it('is an error of its own when a failed run has none recorded', () => {
    expect(() => toOutcome(rowOf({ status: 'failed' }), null)).toThrow(/no recorded error/);
  });
});
