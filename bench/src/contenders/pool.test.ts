import { expect, it } from 'vitest';
import { pool } from './pool.js';

it('does every job, never more at a time than asked for', async () => {
  let [running, most, done] = [0, 0, 0];
  await pool(10, 3, async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    done += 1;
  });
  expect({ most, done }).toEqual({ most: 3, done: 10 });
});

it('fails when a job fails', async () => {
  await expect(pool(2, 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
