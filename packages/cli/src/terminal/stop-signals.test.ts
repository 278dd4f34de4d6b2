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

it('takes the echoes of a second Ctrl-C for that one, and tells of a third', () => {
  const { source, seen, clock } = listen();
  for (const now of [0, 800, 830, 1400]) {
    clock.now = now;
    source.emit('SIGINT', 'SIGINT');
  }
  expect(seen).toEqual(['first SIGINT', 'second SIGINT', 'second SIGINT']);
});

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
