import { describe, expect, it } from 'vitest';
import { joinPath } from './join-path.js';

describe('joinPath', () => {
  it.each([
    ['', 'with', 'with'],
    ['with', 'args', 'with.args'],
    ['with.args', 1, 'with.args[1]'],
    ['with', 'a b', 'with["a b"]'],
    ['', 'a-b', '["a-b"]'],
  ])('adds to %j the part %j', (path, part, expected) => {
    expect(joinPath(path, part)).toBe(expected);
  });
});
