import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { onStopSignals } from './stop-signals.js';

function listen() {
  const source = new EventEmitter();
  const seen: string[] = [];
  const clock = { now: 0 };
  const handlers = {
    first: (signal: string) => void seen.push(`first ${signal}`),
    second: (signal: string) => void seen.push(`second ${signal}`),
  };
  const stop = onStopSignals(handlers, source, () => clock.now);
  return { source, seen, clock, stop };
}

it('asks to finish first, and ends at once the second time', () => {
  const { source, seen, clock } = listen();
  source.emit('SIGINT', 'SIGINT');
  clock.now = 800;
  source.emit('SIGTERM', 'SIGTERM');
  expect(seen).toEqual(['first SIGINT', 'second SIGTERM']);
});

it('takes one Ctrl-C that arrives several times for one', () => {
  const { source, seen, clock } = listen();
  source.emit('SIGINT', 'SIGINT');
  clock.now = 30;
  source.emit('SIGINT', 'SIGINT');
  expect(seen).toEqual(['first SIGINT']);
});

it('stops listening', () => {
  const { source, seen, stop } = listen();
  stop();
  source.emit('SIGINT', 'SIGINT');
  expect(seen).toEqual([]);
  expect(source.listenerCount('SIGHUP')).toBe(0);
});
