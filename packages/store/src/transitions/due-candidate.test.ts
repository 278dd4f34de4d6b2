import { describe, expect, it } from 'vitest';
import { candidateOf } from '../test-support/candidate.js';
import { compareDue, firstDue, toDueRun } from './due-candidate.js';

describe('the order of due runs', () => {
  it.each([
    ['a higher priority', candidateOf('b', { priority: 1 }), candidateOf('a')],
    ['a higher priority, though due for less long', candidateOf('b', { priority: 1, dueSince: 9 }), candidateOf('a')],
    ['what is due for longer', candidateOf('b', { dueSince: 1 }), candidateOf('a', { dueSince: 2 })],
    ['the id, where all else is equal', candidateOf('a'), candidateOf('b')],
  ])('puts first %s', (_, first, second) => {
    expect(compareDue(first, second)).toBeLessThan(0);
    expect(compareDue(second, first)).toBeGreaterThan(0);
  });

  it('knows a run for itself', () => {
    expect(compareDue(candidateOf('a'), candidateOf('a'))).toBe(0);
  });

  it('gives the first of several lists, and leaves them as they were', () => {
    const found = [candidateOf('c'), candidateOf('a'), candidateOf('b', { priority: 1 })];
    expect(firstDue(found, 2).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(found.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });
});

describe('what a run is an execution of', () => {
  it.each([
    ['its definition, where it has one', { definitionHash: 'f00d', version: 2 }, 'f00d'],
    ['its name and version', { name: 'w', version: 2 }, 'w@2'],
    ['its name, with an @ for a version that is not there', { name: 'w', version: null }, 'w@'],
  ])('is %s', (_, facts, workflowKey) => {
    expect(toDueRun(candidateOf('r', facts)).workflowKey).toBe(workflowKey);
  });
});
