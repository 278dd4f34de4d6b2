import { describe, expect, it } from 'vitest';
import { comparableRow, compareRows } from './comparable-rows.js';

describe('comparableRow', () => {
  it('is the same for rows that differ in ids, hashes, times and workers, in numbers or texts', () => {
    const row = (id: string, hash: string, at: number | string, worker: string) =>
      comparableRow('t', { id, payload: `{"hash":"${hash}"}`, at, started_at: at, worker });
    expect(row('01a20566-1e50-7505-b38c-d356b1d2610d', 'a'.repeat(64), 1, 'x')).toBe(
      row('01a20566-1e50-7505-b38c-d356b1d2610e', 'b'.repeat(64), '20', 'y'),
    );
  });

  it('tells a time from none, and a count from another', () => {
    expect(comparableRow('t', { finished_at: null })).not.toBe(comparableRow('t', { finished_at: 1 }));
    expect(comparableRow('t', { revision: '2' })).not.toBe(comparableRow('t', { revision: '3' }));
  });
});

describe('compareRows', () => {
  it('counts rows that are the same', () => {
    expect(compareRows(['a', 'b'], ['a', 'b'])).toEqual({ rows: 2, tables: 6 });
  });

  it('shows the first row that differs, and says when raw wrote more', () => {
    expect(() => compareRows(['a', 'b'], ['a', 'c'])).toThrow(/engine: b\n {2}raw: {4}c/);
    expect(() => compareRows(['a'], ['a', 'b'])).toThrow('Raw writes 2 rows, the engine 1');
  });
});
