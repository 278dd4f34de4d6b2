import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForStop } from './stop-request.js';

function listen() {
  const signals = new EventEmitter();
  const seen: string[] = [];
  const request = listenForStop({
    stop: async () => void seen.push('stop'),
    remark: (text) => void seen.push(text.slice(0, 8)),
    endNow: (signal) => void seen.push(`end ${signal}`),
    signals,
  });
  return { signals, seen, request };
}

it('stops what has begun, and says by which signal', async () => {
  const { signals, seen, request } = listen();
  request.begin();
  expect(request.signal()).toBeNull();
  signals.emit('SIGTERM', 'SIGTERM');
  await request.done;
  expect(seen).toEqual(['Stopping', 'stop']);
  expect(request.signal()).toBe('SIGTERM');
});

it('stops what begins only afterwards', async () => {
  const { signals, seen, request } = listen();
  signals.emit('SIGINT', 'SIGINT');
  expect(seen).toEqual(['Stopping']);
  request.begin();
  await request.done;
  expect(seen).toEqual(['Stopping', 'stop']);
});

it('lets whoever waits for what was stopped come first', async () => {
  const { signals, request } = listen();
  request.begin();
  signals.emit('SIGINT', 'SIGINT');
  const stopped = Promise.resolve('the run was given back');
  expect(await Promise.race([request.done.then(() => 'stop is through'), stopped])).toBe('the run was given back');
});

it('listens no more once it is told to', () => {
  const { signals, seen, request } = listen();
  request.forget();
  signals.emit('SIGINT', 'SIGINT');
  expect(seen).toEqual([]);
});
