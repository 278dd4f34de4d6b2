import { describe, expect, it } from 'vitest';
import { encodeValue } from '../codec/encode-value.js';
import type { NewRun } from '../store-types.js';
import { keyOf, planCreation } from './plan-creation.js';

const json = (value: unknown) => encodeValue(value, { what: 'input' });
const run = (id: string, more: Partial<NewRun> = {}): NewRun => ({ id, name: 'n', input: json(1), ...more });
const known = (id: string) => ({ id, name: 'n', version: null, definitionHash: null, input: '1', forked: null });

describe('planCreation', () => {
  it('creates every run without a key', () => {
    const runs = [run('a'), run('b', { idempotencyKey: null })];
    expect(planCreation(runs, new Map())).toEqual({ fresh: runs, runIds: ['a', 'b'] });
  });

  it('finds a key that is known, by its namespace', () => {
    const runs = [run('b', { idempotencyKey: 'k' }), run('c', { idempotencyKey: 'k', namespace: 'other' })];
    const plan = planCreation(runs, new Map([[keyOf(run('', { idempotencyKey: 'k' })) ?? '', known('a')]]));
    expect(plan).toEqual({ fresh: [runs[1]], runIds: ['a', 'c'] });
  });

  it('finds a key again within one list', () => {
    const runs = [run('a', { idempotencyKey: 'k' }), run('b', { idempotencyKey: 'k' })];
    expect(planCreation(runs, new Map())).toEqual({ fresh: [runs[0]], runIds: ['a', 'a'] });
  });

  it('compares inputs by their values and says what differs', () => {
    const first = run('a', { idempotencyKey: 'k', input: json({ x: 1, y: 2 }) });
    const same = run('b', { idempotencyKey: 'k', input: json({ y: 2, x: 1 }) });
    expect(planCreation([first, same], new Map()).runIds).toEqual(['a', 'a']);
    const other = run('c', { idempotencyKey: 'k', version: 2, input: null });
    expect(() => planCreation([first, other], new Map())).toThrow(
      expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT', runId: 'a', differs: ['workflow', 'input'] }),
    );
  });
});
