import { describe, expect, it } from 'vitest';
import { jsonColumn } from './json-column.js';

describe('jsonColumn', () => {
  it('keeps nothing as SQL NULL and an object as its text', () => {
    expect(jsonColumn(null)).toBeNull();
    expect(jsonColumn({ tokens: 1 })).toBe('{"tokens":1}');
  });
});
