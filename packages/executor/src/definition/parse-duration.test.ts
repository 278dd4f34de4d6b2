import { SisyphusError } from '@sisyphus-state/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DURATION_PATTERN, DurationInvalidError, parseDuration, readDuration } from './parse-duration.js';

describe('parseDuration', () => {
  it.each([
    [250, 250],
    [0, 0],
    ['0s', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1h30m', 5_400_000],
    ['1m500ms', 60_500],
    ['1.1s', 1_100],
    ['0.001s', 1],
    ['9007199254740991ms', Number.MAX_SAFE_INTEGER],
  ])('reads %j as %d ms', (duration, ms) => {
    expect(parseDuration(duration)).toBe(ms);
  });

  it.each([
    '30',
    '',
    's',
    '-1s',
    '1 s',
    '30m1h',
    '1h1h',
    '1.5',
    '0.5ms',
    '1S',
    '1y',
    'soon',
    '.5s',
    '9007199254740992ms',
    `${'1'.repeat(60)}w`,
    `${'0'.repeat(70)}1s`,
  ])('refuses %j', (duration) => {
    expect(() => parseDuration(duration)).toThrow(DurationInvalidError);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses the number %d', (duration) => {
    expect(readDuration(duration)).toBeNull();
  });

  it('says how a duration is written', () => {
    expect(() => parseDuration('30')).toThrow(/"30" is no duration\. Write .*"1h30m"/);
    expect(() => parseDuration('30')).toThrow(SisyphusError);
    expect(() => parseDuration('30')).toThrow(expect.objectContaining({ code: 'DURATION_INVALID' }));
  });

  it.each([null, undefined, {}, [], true])('takes nothing that is neither text nor number: %j', (value) => {
    expect(readDuration(value)).toBeNull();
  });

  it('reads every text that the published pattern allows, as long as it comes to whole milliseconds', () => {
    const whole = fc
      .tuple(fc.nat(999), fc.constantFrom('w', 'd', 'h', 'm', 's', 'ms'))
      .map(([count, unit]) => `${count}${unit}`);
    fc.assert(fc.property(whole, (text) => DURATION_PATTERN.test(text) && readDuration(text) !== null));
  });
});
