import { describe, expect, test } from 'vitest';
import { compareLedger } from './compare-ledger.js';
import type { EmbeddedMigration } from './embedded-migration.js';

const migration = (tag: string, createdAt: number): EmbeddedMigration => ({
  tag,
  createdAt,
  hash: `hash of ${tag}`,
  statements: [],
});
const [a, b, c] = [migration('a', 100), migration('b', 200), migration('c', 300)];
const rowOf = ({ hash, createdAt }: EmbeddedMigration) => ({ hash, createdAt });
const stranger = (createdAt: number) => ({ hash: 'stranger', createdAt });

const cases = [
  { name: 'an empty ledger', ledger: [], ours: [a, b], pending: [a, b] },
  { name: 'a ledger that has all', ledger: [rowOf(a), rowOf(b)], ours: [a, b], applied: [a, b] },
  { name: 'a ledger that has the first', ledger: [rowOf(a)], ours: [a, b], applied: [a], pending: [b] },
  {
    name: 'a migration merged late under an older instant, which drizzle would skip',
    ledger: [rowOf(a), rowOf(c)],
    ours: [a, b, c],
    applied: [a, c],
    pending: [b],
  },
  { name: 'a row recorded twice', ledger: [rowOf(a), rowOf(a)], ours: [a], applied: [a] },
  {
    name: 'a row after our newest',
    ledger: [rowOf(a), stranger(500)],
    ours: [a],
    applied: [a],
    unknown: [stranger(500)],
  },
  {
    name: 'a row after our newest while one of ours is pending',
    ledger: [rowOf(a), stranger(500)],
    ours: [a, b],
    applied: [a],
    pending: [b],
    unknown: [stranger(500)],
  },
  {
    name: "a newer version's row under an older instant",
    ledger: [rowOf(a), stranger(150), rowOf(b)],
    ours: [a, b],
    applied: [a, b],
    unknown: [stranger(150)],
  },
  {
    name: 'another hash at the instant of one of ours',
    ledger: [stranger(100)],
    ours: [a, b],
    edited: [a],
    pending: [b],
  },
  {
    name: 'another hash in the place of one that was generated anew',
    ledger: [stranger(90)],
    ours: [a, b],
    edited: [a],
    pending: [b],
  },
  {
    name: 'another hash in the second place',
    ledger: [rowOf(a), stranger(190)],
    ours: [a, b],
    applied: [a],
    edited: [b],
  },
];

describe('compareLedger', () => {
  test.each(cases)('$name', ({ ledger, ours, applied = [], pending = [], edited = [], unknown = [] }) => {
    expect(compareLedger(ledger, ours)).toEqual({ applied, pending, edited, unknown });
  });
});
