import { expect, it } from 'vitest';
import { deferred } from '../engine/deferred.js';
import { ClaimsUnderWay } from './claims-under-way.js';

it('waits for what is under way, and for nothing that comes later', async () => {
  const claims = new ClaimsUnderWay();
  const [first, later] = [deferred<string>(), deferred<string>()];
  const done: string[] = [];
  const one = claims.during(() => first.promise);
  const settled = claims.settled().then(() => done.push('settled'));
  const two = claims.during(() => later.promise);
  expect(done).toEqual([]);
  first.resolve('first');
  await settled;
  expect(await one).toBe('first');
  later.resolve('later');
  expect(await two).toBe('later');
});

it('gives an error to whoever claimed, and to nobody who waits', async () => {
  const claims = new ClaimsUnderWay();
  const failing = claims.during(() => Promise.reject(new Error('busy')));
  await expect(Promise.all([claims.settled(), failing])).rejects.toThrow('busy');
  await claims.settled();
});
