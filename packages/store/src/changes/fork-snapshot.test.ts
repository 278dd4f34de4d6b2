import { projectedRunColumns, projectedStepColumns } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import type { ForkRequest, ForkSource } from '../store-types.js';
import { snapshotOf, stepOf } from '../test-support/snapshot.js';
import { forkSnapshot, projectSnapshot, readSnapshot, snapshotText } from './fork-snapshot.js';

const request: ForkRequest = { sourceRunId: 'r', id: 'f', from: 'b', choose: () => null };

function sourceOf(run: Partial<ForkSource['run']> = {}, steps: ForkSource['steps'] = []): ForkSource {
  return { run: snapshotOf(run).run, steps, began: new Map() };
}

function settled(stepKey: string, settledSeq: number, more: object = {}) {
  return { ...stepOf(stepKey, 'completed'), settledSeq, finishedAt: 5, ...more };
}

describe('forkSnapshot', () => {
  it('is a run of its own that has not begun, with the source’s workflow and input', () => {
    const source = sourceOf({
      ...{ status: 'failed', name: 'w', version: 2, definitionHash: 'h', input: '1', error: '{}', fence: 9 },
      ...{ parentRunId: 'p', parentStepKey: 's', rootRunId: 'p', idempotencyKey: 'k', endingAs: 'failed' },
      ...{ usage: '{}', budget: '{"steps":3}', startedAt: 1, finishedAt: 2, output: '3', context: '{}', reason: 'x' },
    });
    const { run } = forkSnapshot(source, request, { settled: [] }, 77);
    expect(Object.keys(run).sort()).toEqual([...projectedRunColumns].sort());
    const kept = Object.fromEntries(Object.entries(run).filter(([, value]) => value !== null));
    expect(kept).toEqual({
      ...{ id: 'f', rootRunId: 'f', namespace: 'default', name: 'w', version: 2, definitionHash: 'h', input: '1' },
      ...{ status: 'pending', budget: '{"steps":3}', queue: 'default', priority: 0, fence: 0, createdAt: 77 },
    });
  });

  it('has a large input by its hash alone', () => {
    const { run } = forkSnapshot(sourceOf({ input: 'long', inputRef: 'hash' }), request, { settled: [] }, 1);
    expect([run.input, run.inputRef]).toEqual([null, 'hash']);
  });

  it('has as long as its source had, from its own beginning on', () => {
    const source = sourceOf({ createdAt: 100, deadlineAt: 250 });
    expect(forkSnapshot(source, request, { settled: [] }, 1000).run.deadlineAt).toBe(1150);
  });

  it('carries the chosen steps in the source’s order, settled before its log, in the order they settled in', () => {
    const source = sourceOf({}, [settled('a', 12), settled('b', 7), stepOf('c', 'running'), settled('d', 9)]);
    const { steps } = forkSnapshot(source, request, { settled: ['d', 'b', 'a'] }, 1);
    expect(steps.map(({ stepKey, settledSeq }) => [stepKey, settledSeq])).toEqual([
      ['a', 0],
      ['b', -2],
      ['d', -1],
    ]);
    expect(Object.keys(steps[0] ?? {}).sort()).toEqual([...projectedStepColumns].sort());
  });

  it('has used nothing for what it carries, and holds large results by their hash', () => {
    const row = settled('a', 3, {
      usage: '{"tokens":1}',
      reserved: '{}',
      result: 'long',
      resultRef: 'hash',
      attempts: 4,
    });
    const [step] = forkSnapshot(sourceOf({}, [row]), request, { settled: ['a'] }, 1).steps;
    expect(step).toMatchObject({ usage: null, reserved: null, result: null, resultRef: 'hash', attempts: 4 });
  });

  it('carries a step in doubt as open, whatever its source knows of it', () => {
    const source = sourceOf({}, [{ ...stepOf('a', 'running'), wakeAt: 3 }]);
    const [step] = forkSnapshot(source, request, { settled: [], inDoubt: ['a'] }, 1).steps;
    expect(step).toMatchObject({ status: 'in_doubt', settledSeq: null, finishedAt: null, wakeAt: null });
  });
});

describe('a snapshot', () => {
  const snapshot = forkSnapshot(sourceOf({}, [settled('a', 3)]), request, { settled: ['a'] }, 1);

  it('reads as it was written', () => {
    expect(readSnapshot(snapshotText(snapshot))).toEqual(snapshot);
  });

  it('can not be read when it is gone', () => {
    expect(() => readSnapshot(null)).toThrow('payloads');
  });

  it('makes every row anew', () => {
    const [{ stepKey, ...set } = { stepKey: '' }] = snapshot.steps;
    expect(projectSnapshot(snapshot)).toEqual({ run: snapshot.run, steps: [{ stepKey, set, onInsert: {} }], mail: [] });
  });
});
