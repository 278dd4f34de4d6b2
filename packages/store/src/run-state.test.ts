import { describe, expect, it } from 'vitest';
import { decodeError, toRunState } from './run-state.js';
import { storedError } from './test-support/sample-changes.js';
import { snapshotOf, stepOf } from './test-support/snapshot.js';

describe('toRunState', () => {
  it('decodes values, errors and tags, and tells null from nothing', () => {
    const { run } = snapshotOf({ input: 'null', output: '0', error: JSON.stringify(storedError), tags: '{"a":"b"}' });
    const state = toRunState(run, [{ ...stepOf('a', 'completed'), result: '""' }]);
    expect(state).toMatchObject({ input: null, output: 0, context: undefined, error: storedError, tags: { a: 'b' } });
    expect(state.steps).toEqual([
      expect.objectContaining({ stepKey: 'a', status: 'completed', result: '', error: null }),
    ]);
  });

  it('keeps steps in the order they are given', () => {
    const { run } = snapshotOf();
    const steps = ['z', 'a'].map((key) => stepOf(key, 'pending'));
    expect(toRunState(run, steps).steps.map((step) => step.stepKey)).toEqual(['z', 'a']);
  });
});

describe('decodeError', () => {
  it('takes SQL NULL for no error', () => {
    expect(decodeError(null)).toBeNull();
    expect(decodeError(JSON.stringify(storedError))).toEqual(storedError);
  });
});
