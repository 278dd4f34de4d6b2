import { describe, expect, it } from 'vitest';
import {
  parseLimit,
  parseName,
  parseNames,
  parsePriority,
  parseQueueLimit,
  parseStartAfter,
  parseStatuses,
} from './parse-options.js';

it('reads statuses, together and one after the other, each once', () => {
  expect(parseStatuses('failed, running', ['failed'])).toEqual(['failed', 'running']);
  expect(() => parseStatuses('done')).toThrow('A status is one of pending, running');
});

it('reads whole numbers from 1', () => {
  expect(parseLimit('50')).toBe(50);
  for (const text of ['0', '-1', '1.5', '1e3', '', 'x', '99999999999999999999'])
    expect(() => parseLimit(text)).toThrow();
});

describe('a limit of a queue', () => {
  it('is read with its queue, whose name may have the sign in it', () => {
    expect(parseQueueLimit('a=b=3', parseQueueLimit('mail=1'))).toEqual([
      { queue: 'mail', limit: 1 },
      { queue: 'a=b', limit: 3 },
    ]);
  });

  it.each(['mail', '3', '=3', 'mail=', 'mail=0', 'mail=-1', 'mail=1.5', 'mail=many'])('is refused as %j', (text) => {
    expect(() => parseQueueLimit(text)).toThrow('Give QUEUE=N with a whole number from 1, such as mail=3.');
  });

  it('is refused a second time: nobody knows which one was meant', () => {
    expect(() => parseQueueLimit('mail=2', parseQueueLimit('mail=1'))).toThrow('Queue "mail" has one already.');
  });
});

it('reads priorities of either sign', () => {
  expect(['5', '-5', '0'].map(parsePriority)).toEqual([5, -5, 0]);
  for (const text of ['high', '1.5', '', '1000001', '-1000001', '--5']) expect(() => parsePriority(text)).toThrow();
});

describe('a delayed start', () => {
  it('is a duration, or an instant with its time zone', () => {
    expect(parseStartAfter('1h30m')).toBe('1h30m');
    expect(parseStartAfter('2030-01-31T09:00:00Z')).toEqual(new Date('2030-01-31T09:00:00Z'));
    expect(parseStartAfter('2030-01-31T09:00+02:00')).toEqual(new Date('2030-01-31T07:00:00Z'));
  });

  it.each(['soon', '10', '-10m', '', '2030-01-31', '2030-01-31T09:00:00', '2030-13-31T09:00:00Z'])(
    'is refused as %j',
    (text) => {
      expect(() => parseStartAfter(text)).toThrow('Give a duration such as 10m');
    },
  );
});

it('refuses names that are empty', () => {
  expect(parseName('mail out')).toBe('mail out');
  expect(parseNames('a', ['b', 'a'])).toEqual(['b', 'a']);
  for (const text of ['', ' ']) expect(() => parseName(text)).toThrow('It may not be empty.');
});
