import { describe, expect, it } from 'vitest';
import type { RunToCreate } from '../changes/first-changes.js';
import { toRunToCreate } from '../changes/first-changes.js';
import { snapshotOf } from '../test-support/snapshot.js';
import { checkSameRequest, type KnownRun, toKnown } from './check-same-request.js';

const plain: RunToCreate = { id: 'a', name: 'w', input: null, idempotencyKey: 'k' };

function forkOf(sourceRunId: string, from: string): RunToCreate {
  const { run } = snapshotOf({ id: sourceRunId });
  const request = { sourceRunId, id: 'f', from, idempotencyKey: 'k', choose: () => null };
  return toRunToCreate({ source: { run, steps: [], began: new Map() }, request, carried: { settled: [] } });
}

function knownFork(sourceRunId: string, from: string): KnownRun {
  return { ...toKnown(plain), forked: JSON.stringify({ sourceRunId, sourceSeq: 3, from, snapshot: {} }) };
}

describe('checkSameRequest', () => {
  it.each([
    ['a new run and the same', plain, toKnown({ ...plain, id: 'b' }), null],
    ['a new run of another workflow', { ...plain, name: 'x' }, toKnown(plain), ['workflow']],
    ['a new run and a fork', plain, knownFork('s', 'b'), ['source']],
    ['a fork and a new run', forkOf('s', 'b'), toKnown(plain), ['source']],
    ['a fork and the same', forkOf('s', 'b'), knownFork('s', 'b'), null],
    ['a fork from another step', forkOf('s', 'c'), knownFork('s', 'b'), ['source']],
    ['a fork of another run', forkOf('t', 'b'), knownFork('s', 'b'), ['source']],
  ])('of %s', (_, asked, known, differs) => {
    const check = () => checkSameRequest(asked, known);
    if (differs === null) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT', differs }));
  });
});
