import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadlineTimer } from './deadline-timer.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function timer(deadline: { readonly deadlineAt?: number | null; readonly deadlineMs?: number | null }) {
  const onOver = vi.fn();
  return { onOver, timer: new DeadlineTimer({ runId: 'r', ...deadline }, onOver) };
}

describe('a run’s deadline', () => {
  it('is so long after the commit that creates the run', () => {
    const { onOver, timer: one } = timer({ deadlineMs: 500 });
    one.start(1_000_000);
    vi.advanceTimersByTime(499);
    expect(onOver).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onOver).toHaveBeenCalledOnce();
    expect(one.failure()).toMatchObject({ stepKey: null, error: { code: 'DEADLINE_EXCEEDED' } });
    expect(one.failure().error.message).toContain(new Date(1_000_500).toISOString());
  });

  it('is the recorded instant for whoever takes the run, however long it may take', () => {
    const { onOver, timer: one } = timer({ deadlineAt: 1_000_200, deadlineMs: 500 });
    one.start(1_000_000);
    vi.advanceTimersByTime(200);
    expect(onOver).toHaveBeenCalledOnce();
  });

  it('that is over is told of at once', () => {
    const { onOver, timer: one } = timer({ deadlineAt: 1_000_000 });
    one.start(1_000_000);
    expect(onOver).toHaveBeenCalledOnce();
  });

  it('is no timer’s matter where there is none, or once the run is over here', () => {
    const [none, stopped] = [timer({}), timer({ deadlineMs: 10 })];
    none.timer.start(0);
    stopped.timer.start(0);
    stopped.timer.stop();
    vi.advanceTimersByTime(1_000_000);
    expect([none.onOver, stopped.onOver].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
