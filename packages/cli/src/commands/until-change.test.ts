import { EventEmitter } from 'node:events';
import { openStore } from '@sisyphus-state/store';
import { expect, it } from 'vitest';
import { makeRun, runIdOf } from '../test-support/make-run.js';
import { untilChange } from './until-change.js';

it('wakes at the next commit, also one that came before anybody waited', async () => {
  const store = await openStore(':memory:');
  const change = untilChange(store, new EventEmitter());
  await makeRun(store, { number: 1 });
  await store.logEvent(runIdOf(1), 'x', null);
  expect(await change.next()).toBe('changed');
  change.stop();
  await store.close();
});

it('wakes at a signal, which a later commit does not hide', async () => {
  const [store, signals] = [await openStore(':memory:'), new EventEmitter()];
  const change = untilChange(store, signals);
  signals.emit('SIGINT', 'SIGINT');
  await makeRun(store, { number: 1 });
  await store.logEvent(runIdOf(1), 'x', null);
  expect(await change.next()).toBe('stopped');
  change.stop();
  expect(signals.listenerCount('SIGINT')).toBe(0);
  await store.close();
});
