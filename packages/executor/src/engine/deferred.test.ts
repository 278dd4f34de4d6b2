import { expect, it, vi } from 'vitest';
import { deferred } from './deferred.js';

it('settles from outside, once', async () => {
  const { promise, resolve, reject } = deferred<number>();
  resolve(1);
  resolve(2);
  reject(new Error('too late'));
  await expect(promise).resolves.toBe(1);
});

it('rejects from outside', async () => {
  const { promise, reject } = deferred<number>();
  reject(new Error('no'));
  await expect(promise).rejects.toThrow('no');
});

it('does not end the process over a rejection that nobody awaits', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  deferred<number>().reject(new Error('nobody awaits this'));
  // Unhandled rejections are told of after the microtasks of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
