import { describe, expect, it } from 'vitest';
import { closestName, suggestName } from './closest.js';

const KEYS = ['needs', 'retry', 'timeout', 'foreach', 'concurrency', 'as', 'if'];

describe('closestName', () => {
  it.each([
    ['need', 'needs'],
    ['Retry', 'retry'],
    ['forEach', 'foreach'],
    ['timeuot', 'timeout'],
    ['concurency', 'concurrency'],
    ['iff', 'if'],
    ['environment', null],
    ['xyz', null],
    ['', null],
  ])('takes %j for %j', (written, meant) => {
    expect(closestName(written, KEYS)).toBe(meant);
  });

  it('has nothing to suggest from nothing, or for a text of any length', () => {
    expect(closestName('need', [])).toBeNull();
    expect(closestName('n'.repeat(100_000), ['needs'])).toBeNull();
    expect(closestName('need', ['n'.repeat(100_000), 'needs'])).toBe('needs');
  });
});

describe('suggestName', () => {
  it('asks, or says what else there is', () => {
    expect(suggestName('need', KEYS, 'No.')).toBe('Did you mean `needs`?');
    expect(suggestName('zzz', KEYS, 'No.')).toBe('No.');
  });
});
