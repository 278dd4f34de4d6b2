import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../test-support/snapshot.js';
import { firstChanges, toRunToCreate } from './first-changes.js';

const lease = { worker: 'w', leaseMs: 1 };

describe('the changes that create a run', () => {
  it('begin with all that is said of it, and the defaults of what is not', () => {
    expect(firstChanges({ id: 'r', name: 'n', input: null }, 5)).toEqual([
      {
        ...{ type: 'workflow_started', namespace: 'default', name: 'n', version: null, definitionHash: null },
        ...{ input: null, tags: null, budget: null, queue: 'default', priority: 0, concurrencyKey: null },
        ...{ idempotencyKey: null, parentRunId: null, parentStepKey: null, rootRunId: 'r' },
        ...{ wakeAt: null, deadlineAt: null },
      },
    ]);
  });

  it('then take it, for one that is held from the start, and go on with what its holder does', () => {
    const released = { type: 'run_released' } as const;
    const types = firstChanges({ id: 'r', name: 'n', input: null, lease, changes: [released] }, 5).map(
      ({ type }) => type,
    );
    expect(types).toEqual(['workflow_started', 'run_claimed', 'run_released']);
  });

  it('are one of a fork, which says where it comes from and what it has', () => {
    const { run } = snapshotOf({ id: 's', name: 'n', lastSeq: 8, namespace: 'ns' });
    const request = { sourceRunId: 's', id: 'f', from: 'b', choose: () => null };
    const fork = toRunToCreate({ source: { run, steps: [], began: new Map() }, request, carried: { settled: [] } });
    expect(fork).toMatchObject({ id: 'f', name: 'n', namespace: 'ns', input: null });
    const [first, ...others] = firstChanges(fork, 5);
    expect(first).toMatchObject({ type: 'run_forked', sourceRunId: 's', sourceSeq: 8, from: 'b' });
    expect(JSON.parse(first?.type === 'run_forked' ? (first.snapshot ?? '') : '')).toMatchObject({
      run: { id: 'f', createdAt: 5 },
      steps: [],
    });
    expect(others).toEqual([]);
  });
});
