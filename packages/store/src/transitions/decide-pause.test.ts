import { describe, expect, it } from 'vitest';
import { mailOf, snapshotOf } from '../test-support/snapshot.js';
import { decidePause } from './decide-pause.js';

describe('decidePause', () => {
  it.each(['completed', 'failed', 'cancelled', 'paused'] as const)('leaves a run alone that is %s', (status) => {
    const decision = decidePause(snapshotOf({ status }), 'why');
    expect(decision).toEqual({ changes: [], value: { kind: 'unchanged', status } });
  });

  it.each([
    ['pending', 'free'],
    ['waiting', 'free'],
    ['running', 'expired'],
    ['running', 'dead'],
  ] as const)('stops a run that is %s and %s at once', (status, lease) => {
    expect(decidePause(snapshotOf({ status }, { lease }), 'why')).toEqual({
      changes: [{ type: 'workflow_paused', reason: 'why' }],
      value: { kind: 'paused' },
    });
  });

  it('asks a holder that is alive, once', () => {
    const held = snapshotOf({ status: 'running' }, { lease: 'held' });
    expect(decidePause(held, 'why')).toEqual({
      changes: [{ type: 'pause_requested', reason: 'why' }],
      mail: [{ kind: 'pause', name: 'why', payload: null }],
      value: { kind: 'requested' },
    });
    expect(decidePause({ ...held, mail: [mailOf({ kind: 'pause' })] }, null)).toEqual({
      changes: [],
      value: { kind: 'requested' },
    });
  });
});
