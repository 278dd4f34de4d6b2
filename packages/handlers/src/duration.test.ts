import { expect, test } from 'vitest';
import { millisecondsOf, timerDuration } from './duration.js';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['3d', 259_200_000],
  ['0s', 0],
  [0, 0],
  [250, 250],
])('%j is %d ms', (written, ms) => {
  expect(millisecondsOf(written)).toBe(ms);
});

test.each(['', '10', 's', '1.5s', '-1s', '10 s', '10S', '1w', ' 1s', '1s ', '9999999999999999d', -1, 0.5, Number.NaN])(
  '%j is no duration',
  (written) => {
    expect(millisecondsOf(written)).toBeNull();
  },
);

test.each([0, '0ms', '25d', 2 ** 31, '1 hour', -5])('a timer cannot run for %j', (written) => {
  const result = timerDuration.safeParse(written);
  expect(result.error?.issues[0]?.message).toContain('"10s"');
});

test('a timer takes text and number', () => {
  expect([timerDuration.parse('24d'), timerDuration.parse(1)]).toEqual([2_073_600_000, 1]);
});
