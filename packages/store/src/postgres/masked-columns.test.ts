import { tablesIn } from '@sisyphus-state/schema/postgres';
import { describe, expect, it } from 'vitest';
import { maskedColumns } from './masked-columns.js';
import { runPatchColumns, stepPatchColumns } from './write-columns.js';

const columns = maskedColumns(tablesIn().workflowSteps, ['status', 'result', 'settledSeq']);

describe('maskedColumns', () => {
  it('gives each column a bit of its own', () => {
    expect(columns.maskOf({})).toBe(0);
    expect(columns.maskOf({ status: 'x' })).toBe(1);
    expect(columns.maskOf({ settledSeq: null, status: 'x' })).toBe(5);
  });

  it('refuses a column that no change may set', () => {
    expect(() => columns.maskOf({ runId: 'x' })).toThrow(/runId/);
  });

  it('writes what a patch sets as members of a JSON object, without nulls and what another patch sets', () => {
    const membersOf = (...patches: Parameters<typeof columns.membersOf>) =>
      JSON.parse(`{"n":1${columns.membersOf(...patches)}}`);
    expect(membersOf({})).toEqual({ n: 1 });
    expect(membersOf({ settledSeq: 3, result: '{"a":"\\u0000"}' })).toEqual({
      n: 1,
      settled_seq: 3,
      result: '{"a":"\\u0000"}',
    });
    expect(membersOf({ status: 'x', result: null })).toEqual({ n: 1, status: 'x' });
    expect(membersOf({ status: 'x', settledSeq: 1 }, { status: null })).toEqual({ n: 1, settled_seq: 1 });
    expect(() => columns.membersOf({ runId: 'x' })).toThrow(/runId/);
  });

  it('writes a clause that leaves a column alone unless its bit is set', () => {
    const clauses = columns.assignments('s', 'p.mask', (column) => `p.${column}`).split(', ');
    expect(clauses[2]).toBe('settled_seq = CASE WHEN p.mask & 4 = 0 THEN s.settled_seq ELSE p.settled_seq END');
  });

  it('has masks that survive their way as JSON numbers, and for steps fit 31 bits', () => {
    const all = (properties: readonly string[]) => Object.fromEntries(properties.map((name) => [name, null]));
    expect(runPatchColumns.maskOf(all(runPatchColumns.properties))).toBeLessThan(2 ** 52);
    expect(stepPatchColumns.maskOf(all(stepPatchColumns.properties))).toBeLessThan(2 ** 31);
  });
});
