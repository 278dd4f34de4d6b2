import { toStoredError } from '@sisyphus-state/store';
import { expect, it } from 'vitest';
import { StepFailedError } from '../errors.js';
import { stepKeyOf } from './blame.js';

const failed = new StepFailedError('r', 'pay', toStoredError(new Error('no')));

it('finds the step in an error, or in what caused it', () => {
  expect(stepKeyOf(failed)).toBe('pay');
  expect(stepKeyOf(new Error('the order failed', { cause: failed }))).toBe('pay');
});

it.each([new Error('own'), 'text', null, undefined])('finds none in %j', (error) => {
  expect(stepKeyOf(error)).toBeNull();
});

it('gives up on causes that never end', () => {
  const endless = new Error('endless');
  endless.cause = endless;
  expect(stepKeyOf(endless)).toBeNull();
});
