import { expect, it } from 'vitest';
import { deferred } from '../engine/deferred.js';
import { TasksUnderWay } from './tasks-under-way.js';

it('waits for what is under way, and for nothing that comes later', async () => {
  const tasks = new TasksUnderWay();
  const [first, later] = [deferred<string>(), deferred<string>()];
  const done: string[] = [];
  const one = tasks.during(() => first.promise);
  const settled = tasks.settled().then(() => done.push('settled'));
  const two = tasks.during(() => later.promise);
  expect(done).toEqual([]);
  first.resolve('first');
  await settled;
  expect(await one).toBe('first');
  later.resolve('later');
  expect(await two).toBe('later');
});

it('gives an error to whoever asked for the task, and to nobody who waits', async () => {
  const tasks = new TasksUnderWay();
  const failing = tasks.during(() => Promise.reject(new Error('busy')));
  await expect(Promise.all([tasks.settled(), failing])).rejects.toThrow('busy');
  await tasks.settled();
});
