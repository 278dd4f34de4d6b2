import { describe, expect, it } from 'vitest';
import { breakerOf } from './breaker-of.js';

describe('breakerOf', () => {
  it.each([
    [5, { errors: 5, outputs: 5, isDefault: false }],
    [false, { errors: null, outputs: null, isDefault: false }],
    [{ errors: 3 }, { errors: 3, outputs: null, isDefault: false }],
    [{ outputs: 4 }, { errors: 10, outputs: 4, isDefault: true }],
    [
      { errors: false, outputs: 2 },
      { errors: null, outputs: 2, isDefault: false },
    ],
    [undefined, { errors: 10, outputs: null, isDefault: true }],
  ] as const)('reads %j', (written, limits) => {
    expect(breakerOf(written)).toEqual(limits);
  });

  it('takes what is left out from the executor’s own', () => {
    const own = breakerOf({ errors: 7, outputs: 8 });
    expect(breakerOf({ outputs: false }, own)).toEqual({ errors: 7, outputs: null, isDefault: false });
    expect(breakerOf(undefined, own)).toBe(own);
  });

  it.each([1, 0, 2.5, { errors: 1 }, { error: 3 }, true])('refuses %j', (written) => {
    expect(() => breakerOf(written as never)).toThrow(RangeError);
  });
});
