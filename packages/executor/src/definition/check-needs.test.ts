import { describe, expect, it } from 'vitest';
import { checkNeeds, listNames } from './check-needs.js';
import type { NeedDefinition } from './definition.js';
import { showPath } from './definition-issue.js';

function check(steps: Readonly<Record<string, readonly NeedDefinition[] | undefined>>): ReturnType<typeof checkNeeds> {
  const ids = Object.keys(steps);
  return checkNeeds(
    ids,
    ids.map((id) => ({ id, type: 't', ...(steps[id] === undefined ? {} : { needs: steps[id] }) })),
  );
}

function findings(steps: Readonly<Record<string, readonly NeedDefinition[] | undefined>>): readonly string[] {
  return check(steps).findings.map((finding) => `${finding.code} ${showPath(finding.path)}: ${finding.message}`);
}

describe('checkNeeds', () => {
  it('takes a chain, a fan and a join', () => {
    const { findings: found, isNeeded } = check({
      a: undefined,
      b: undefined,
      c: ['a'],
      d: ['b', { step: 'c', optional: true }],
      e: [],
    });
    expect(found).toEqual([]);
    expect([isNeeded?.(3, 0), isNeeded?.(2, 1), isNeeded?.(4, 3)]).toEqual([true, false, false]);
  });

  it('names what is missing and what was meant', () => {
    const { findings: found } = check({ build: undefined, test: ['biuld'] });
    expect(found).toEqual([
      expect.objectContaining({
        code: 'UNKNOWN_STEP',
        path: ['steps', 1, 'needs', 0],
        remedy: 'Did you mean `build`?',
      }),
    ]);
  });

  it.each([
    [{ a: ['a'] }, ['NEEDS_CYCLE steps[0].needs: steps need each other in a circle: a → a']],
    [
      { a: ['c'], b: ['a'], c: ['b'] },
      ['NEEDS_CYCLE steps[0].needs: steps need each other in a circle: a → c → b → a'],
    ],
    [{ a: ['b'], b: undefined }, ['NEEDS_CYCLE steps[0].needs: steps need each other in a circle: a → b → a']],
    [{ a: undefined, b: ['a', 'a'] }, ['NEEDS_TWICE steps[1].needs[1]: the step "a" is needed twice']],
    [
      { a: undefined, b: ['a', { step: 'a', optional: true }] },
      ['NEEDS_TWICE steps[1].needs[1]: the step "a" is needed twice'],
    ],
  ])('refuses %j', (steps, expected) => {
    expect(findings(steps)).toEqual(expected);
  });

  it('shows a long circle in short', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    const steps = Object.fromEntries(ids.map((id, index) => [id, [ids[(index + 1) % ids.length] ?? '']]));
    expect(findings(steps)[0]).toMatch(/s0 → s1 → .* → … → .* → s999 → s0$/);
  });

  it('refuses two steps with one id', () => {
    const { findings: found } = checkNeeds(['a', 'b', 'a'], [null, null, null]);
    expect(found).toEqual([expect.objectContaining({ code: 'DUPLICATE_STEP', path: ['steps', 2, 'id'] })]);
  });

  it('lets a step whose shape is wrong take part with its id', () => {
    const { findings: found } = checkNeeds(['a', 'b'], [null, { id: 'b', type: 't', needs: ['a'] }]);
    expect(found).toEqual([]);
  });
});

describe('listNames', () => {
  it.each([
    [[], 'none'],
    [['a', 'b'], 'a, b'],
    [Array.from({ length: 11 }, (_, index) => `${index}`), '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …'],
  ])('of %j is %j', (names, expected) => {
    expect(listNames(names)).toBe(expected);
  });
});
