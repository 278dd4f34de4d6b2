import { expect, it } from 'vitest';
import { interleave } from './interleave.js';

it('rotates the order from round to round and keeps outcomes by round', async () => {
  const order: string[] = [];
  const turn = (name: string) => async () => {
    order.push(name);
    return order.length;
  };
  const outcomes = await interleave({ a: turn('a'), b: turn('b'), c: turn('c') }, { rounds: 3, warmUps: 0 });
  expect(order.join('')).toBe('abcbcacab');
  expect(outcomes).toEqual({ a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] });
});

it('does not count the rounds that warm up', async () => {
  let turns = 0;
  const outcomes = await interleave({ a: async () => ++turns }, { rounds: 2, warmUps: 3 });
  expect(outcomes.a).toEqual([4, 5]);
});
