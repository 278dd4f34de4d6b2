import { describe, expect, it } from 'vitest';
import { LeaseTable, readLeases } from './lease-table.js';

const lease = (runId: string, fence = 1, worker = 'w') => ({ runId, fence, worker });
const idsIn = (buffer: SharedArrayBuffer) => readLeases(buffer).map(({ runId }) => runId);

describe('a table of leases', () => {
  it('gives back what was put in, to whoever has the memory', () => {
    const table = new LeaseTable();
    const place = table.put(lease('ä 1', 2 ** 53 - 1, 'host/1/ü'), 30_000);
    expect(readLeases(table.buffer)).toEqual([
      {
        ...place,
        runId: 'ä 1',
        fence: 2 ** 53 - 1,
        worker: 'host/1/ü',
        leaseMs: 30_000,
        until: Number.POSITIVE_INFINITY,
      },
    ]);
  });

  it('is empty at first, and again when all was removed', () => {
    const table = new LeaseTable();
    expect(idsIn(table.buffer)).toEqual([]);
    table.remove(table.put(lease('a'), 1));
    expect(idsIn(table.buffer)).toEqual([]);
  });

  it('uses a place again, under another generation and without the limit of the one before', () => {
    const table = new LeaseTable();
    const before = table.put(lease('a rather long one'), 1);
    table.limit(before, 5);
    table.remove(before);
    const after = table.put(lease('b'), 1);
    expect(after.slot).toBe(before.slot);
    expect(after.generation).not.toBe(before.generation);
    expect(readLeases(table.buffer)).toMatchObject([{ runId: 'b', until: Number.POSITIVE_INFINITY }]);
  });

  it('limits one lease and no other, until the limit is taken away', () => {
    const table = new LeaseTable();
    table.put(lease('a'), 1);
    const b = table.put(lease('b'), 1);
    const limits = () => readLeases(table.buffer).map(({ until }) => until);
    table.limit(b, 12.5);
    expect(limits()).toEqual([Number.POSITIVE_INFINITY, 12.5]);
    table.limit(b, null);
    expect(limits()).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('grows when it is full, keeps what is in it, and says where it is now', () => {
    const grown: SharedArrayBuffer[] = [];
    const table = new LeaseTable((buffer) => grown.push(buffer), { slots: 2 });
    const places = ['a', 'b'].map((id) => table.put(lease(id), 1));
    expect(grown).toEqual([]);
    for (const id of ['c', 'd', 'e']) table.put(lease(id), 1);
    expect(grown).toHaveLength(2);
    expect(grown.at(-1)).toBe(table.buffer);
    expect(idsIn(table.buffer)).toEqual(['a', 'b', 'c', 'd', 'e']);
    for (const place of places) table.remove(place);
    expect(idsIn(table.buffer)).toEqual(['c', 'd', 'e']);
  });

  it('makes its places larger for texts that do not fit, up to the last byte', () => {
    const table = new LeaseTable(undefined, { slots: 2, textBytes: 6 });
    const [short, long] = ['a', '€'.repeat(100)];
    const place = table.put(lease(short, 3), 1);
    table.limit(place, 7);
    table.put(lease(long, 4, '€'.repeat(50)), 2);
    expect(readLeases(table.buffer)).toMatchObject([
      { runId: short, fence: 3, until: 7 },
      { runId: long, fence: 4, worker: '€'.repeat(50), leaseMs: 2 },
    ]);
  });
});
