import { describe, expect, it } from 'vitest';
import { meteredCall, spendArgument } from './cel-calls.js';
import { WorkExhausted, withWork } from './meter.js';

const plain = { name: 'size', literal: null };

describe('meteredCall', () => {
  it('makes the call with what it was given, the library part included', () => {
    const call = meteredCall(plain, (args, ...library) => [args, library]);
    expect(call(['a'], 'node', 'evaluator')).toEqual([['a'], ['node', 'evaluator']]);
  });

  it('does not make a call that nobody can pay for', () => {
    let made = 0;
    const call = meteredCall(plain, () => ++made);
    expect(() => withWork(10, () => call(['x'.repeat(1_000)]))).toThrow(WorkExhausted);
    expect(made).toBe(0);
  });

  it('carries a pattern out by itself, and leaves what is no text to the library', () => {
    const call = meteredCall({ name: 'matches', literal: '^a' }, () => 'the library');
    expect([call(['abc', '^a']), call(['bcd', '^a']), call([1, '^a'])]).toEqual([true, false, 'the library']);
  });

  it.each(['2024-05-01T12:00:00', '2024-05-01', 'May 1, 2024 12:00:00 UTC'])(
    'takes %s for no instant: it means another one on another machine',
    (text) => {
      const call = meteredCall({ name: 'timestamp', literal: null }, () => 'made');
      expect(() => call([text])).toThrow(/with its zone/);
      expect(call(['2024-05-01T12:00:00.5+02:00'])).toBe('made');
    },
  );
});

describe('spendArgument', () => {
  it.each([
    ['x'.repeat(800), 101],
    [Array.from({ length: 100 }, () => 1), 101],
    [new Map([['a', 1]]), 2],
    [{ a: 1, b: 2 }, 3],
    [new Uint8Array(80), 11],
    [1n, 1],
    [null, 1],
  ])('takes the size of %o', (value, units) => {
    expect(() => withWork(units, () => spendArgument(value))).not.toThrow();
    expect(() => withWork(units - 1, () => spendArgument(value))).toThrow(WorkExhausted);
  });
});
