import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { held } from '../test-support/held.js';
import { stopInSteps } from './stop-in-steps.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function listen(inHand: number) {
  const signals = new EventEmitter();
  const seen: string[] = [];
  const stop = stopInSteps({
    executor: { stop: async () => void seen.push('stop'), interrupt: async () => void seen.push('interrupt') },
    board: { held: Array.from({ length: inHand }, (_, index) => held(`${index}`)) },
    reporter: { remark: (text) => void seen.push(text), abort: () => void seen.push('abort') },
    endNow: (status) => void seen.push(`end ${status}`),
    signals,
  });
  const send = (signal: string): void => {
    signals.emit(signal, signal);
    vi.advanceTimersByTime(600);
  };
  return { stop, seen, send, signals };
}

it('stops in order first, at once the second time, and ends the process after that', () => {
  const { stop, seen, send } = listen(2);
  expect([stop.signal(), stop.interruptedBy()]).toEqual([null, null]);
  send('SIGTERM');
  expect([stop.signal(), stop.interruptedBy()]).toEqual(['SIGTERM', null]);
  send('SIGINT');
  expect([stop.signal(), stop.interruptedBy()]).toEqual(['SIGTERM', 'SIGINT']);
  send('SIGINT');
  expect(seen).toEqual([
    'Stopping: 2 runs in hand, given back once their steps are done. Again to stop at once.',
    'stop',
    'Stopping at once: the steps in hand are aborted, and their runs are given back.',
    'interrupt',
    'abort',
    'end 130',
  ]);
});

it('takes the echoes of one Ctrl-C for one, also of the second', () => {
  const { seen, send, signals } = listen(1);
  send('SIGINT');
  for (let echo = 0; echo < 3; echo++) signals.emit('SIGINT', 'SIGINT');
  expect(seen.filter((each) => ['stop', 'interrupt', 'abort'].includes(each))).toEqual(['stop', 'interrupt']);
});

it('promises nothing to a worker that has nothing in hand', () => {
  const { seen, send } = listen(0);
  send('SIGINT');
  expect(seen).toEqual(['Stopping.', 'stop']);
});

it('listens no more once it is told to', () => {
  const { stop, seen, send } = listen(0);
  stop.forget();
  send('SIGINT');
  expect(seen).toEqual([]);
});
