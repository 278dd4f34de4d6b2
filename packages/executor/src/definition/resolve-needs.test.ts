import { describe, expect, it } from 'vitest';
import { indexSteps, resolveNeeds } from './resolve-needs.js';

const indexes = indexSteps(['a', 'b', null, 'a', 'c']);

describe('indexSteps', () => {
  it('takes the first of two steps with one id, and none without', () => {
    expect([...indexes]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 4],
    ]);
  });
});

describe('resolveNeeds', () => {
  it('takes the step before where nothing is said, and nothing for the first', () => {
    const { needs } = resolveNeeds([{}, {}, null], indexes);
    expect(needs).toEqual([[], [{ index: 0, optional: false }], [{ index: 1, optional: false }]]);
  });

  it('takes needs as they are written, in both forms', () => {
    const { needs } = resolveNeeds(
      [{ needs: [] }, { needs: ['a', { step: 'c', optional: true }, { step: 'b' }] }],
      indexes,
    );
    expect(needs[1]).toEqual([
      { index: 0, optional: false },
      { index: 4, optional: true },
      { index: 1, optional: false },
    ]);
  });

  it('lists what names no step', () => {
    expect(resolveNeeds([{ needs: ['a', 'x'] }], indexes)).toEqual({
      needs: [[{ index: 0, optional: false }]],
      unknown: [{ index: 0, position: 1, name: 'x' }],
    });
  });
});
