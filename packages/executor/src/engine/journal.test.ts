import { describe, expect, it } from 'vitest';
import { Journal, JournalEntry } from './journal.js';
import { rowOf } from './test-support/rows.js';

describe('a journal', () => {
  it('knows what is recorded of each step', () => {
    const journal = new Journal([
      rowOf('a', { status: 'pending', attempts: 4, attemptsBase: 2, itemCount: 3, wakeAt: 99 }),
    ]);
    expect(journal.get('a')).toMatchObject({
      status: 'pending',
      attempts: 4,
      attemptsBase: 2,
      itemCount: 3,
      wakeAt: 99,
    });
    expect(journal.get('b')).toBeUndefined();
  });

  it('opens an entry for a step that has none, and the same one again', () => {
    const journal = new Journal();
    const entry = journal.open('a');
    expect(entry).toMatchObject({ status: 'pending', attempts: 0 });
    expect(journal.open('a')).toBe(entry);
  });

  it('lists what began and has not ended, oldest first', () => {
    const statuses = { a: 'running', b: 'completed', c: 'pending', d: 'failed', e: 'skipped', f: 'cancelled' } as const;
    const journal = new Journal(Object.entries(statuses).map(([key, status]) => rowOf(key, { status })));
    expect(journal.openKeys()).toEqual(['a', 'c']);
  });

  it('decodes the error of a step that failed, and of no other', () => {
    const error = JSON.stringify({ name: 'Error', message: 'no' });
    const journal = new Journal([rowOf('a', { status: 'failed', error }), rowOf('b', { status: 'pending', error })]);
    expect(journal.get('a')?.error).toMatchObject({ message: 'no' });
    expect(journal.get('b')?.error).toBeNull();
  });
});

describe("a step's result", () => {
  it.each([['0'], ['""'], ['false'], ['null'], ['[]'], ['{"__proto__":{"a":1}}']])(
    'is decoded from its text %s (pitfall 24)',
    (text) => {
      const entry = new JournalEntry();
      entry.complete(text);
      expect(JSON.stringify(entry.result)).toBe(text);
    },
  );

  it('is parsed once, and frozen throughout', () => {
    const { result } = completed('{"a":{"b":[1]}}');
    expect(result).toSatisfy((value: { a: { b: number[] } }) => Object.isFrozen(value) && Object.isFrozen(value.a.b));
    const entry = completed('{"a":1}');
    expect(entry.result).toBe(entry.result);
  });

  it('is another one after another completion', () => {
    const entry = completed('1');
    expect(entry.result).toBe(1);
    entry.complete('2');
    expect(entry.result).toBe(2);
  });
});

function completed(text: string): JournalEntry {
  const entry = new JournalEntry();
  entry.complete(text);
  return entry;
}
