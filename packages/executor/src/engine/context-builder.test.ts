import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../definition/plan.js';
import { ContextBuilder } from './context-builder.js';
import { Journal } from './journal.js';
import { longPlan, planOf, stepIn } from './test-support/plan.js';
import { rowOf } from './test-support/rows.js';

function builderOf(plan: Plan, results: Readonly<Record<string, unknown>>, input: unknown = {}): ContextBuilder {
  const rows = Object.entries(results).map(([id, result]) => rowOf(id, { result: JSON.stringify(result) }));
  return new ContextBuilder(plan, new Journal(rows), input);
}

describe('the context of a step', () => {
  const diamond = planOf([
    { id: 'top' },
    { id: 'left', needs: ['top'] },
    { id: 'right', needs: ['top'] },
    { id: 'other', needs: [] },
    { id: 'join', needs: ['right', 'left'] },
  ]);
  const results = {
    right: { who: 'right', right: 1 },
    left: { who: 'left', left: 1 },
    top: { who: 'top' },
    other: { other: 1 },
  };

  it('is the input where nothing is needed', () => {
    expect(builderOf(diamond, results, { n: 1 }).before(stepIn(diamond, 'top'))).toEqual({ n: 1 });
  });

  it('has the results of what it needs, directly or through others, and of nothing else', () => {
    expect(builderOf(diamond, results).before(stepIn(diamond, 'left'))).toEqual({ who: 'top' });
    expect(builderOf(diamond, results).before(stepIn(diamond, 'join'))).not.toHaveProperty('other');
  });

  it('merges in definition order, whatever finished first and however the needs are written', () => {
    expect(builderOf(diamond, results).before(stepIn(diamond, 'join'))).toEqual({ who: 'right', right: 1, left: 1 });
  });

  it('lets a result win over the input', () => {
    expect(builderOf(diamond, results, { who: 'input', n: 1 }).before(stepIn(diamond, 'left'))).toEqual({
      who: 'top',
      n: 1,
    });
  });

  it.each([
    ['a text', 'text'],
    ['an array', ['x']],
    ['null', null],
    ['a number', 5],
  ])('takes nothing from %s', (_, result) => {
    const plan = planOf([{ id: 'a' }, { id: 'b' }]);
    expect(builderOf(plan, { a: result }, { n: 1 }).before(stepIn(plan, 'b'))).toEqual({ n: 1 });
  });

  it('takes nothing from a foreach (not from one that an adopted run ran as a plain step either), nor from a step that has not completed', () => {
    const plan = planOf([{ id: 'each', foreach: [1] }, { id: 'open' }, { id: 'last' }]);
    const journal = new Journal([
      rowOf('each[0]', { result: '{"item":1}' }),
      rowOf('each', { result: '{"own":1}' }),
      rowOf('open', { status: 'running', result: null }),
    ]);
    expect(new ContextBuilder(plan, journal, {}).before(stepIn(plan, 'last'))).toEqual({});
  });

  it.each([null, undefined, 'text', [1]])('begins empty when the input is no object: %j', (input) => {
    const plan = planOf([{ id: 'a' }]);
    expect(builderOf(plan, {}, input).before(stepIn(plan, 'a'))).toEqual({});
  });

  it('is frozen', () => {
    const contexts = builderOf(diamond, results, { n: 1 });
    for (const step of diamond.steps) expect(Object.isFrozen(contexts.before(step))).toBe(true);
    expect(Object.isFrozen(contexts.final())).toBe(true);
  });

  it('keeps __proto__ as a plain key, from one result or from many', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }]);
    const hostile: unknown = JSON.parse('{"__proto__":{"admin":true}}');
    const contexts = builderOf(plan, { a: hostile, b: { b: 1 }, c: hostile });
    for (const context of [contexts.before(stepIn(plan, 'b')), contexts.before(stepIn(plan, 'd')), contexts.final()]) {
      expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
      expect(Object.hasOwn(context, '__proto__')).toBe(true);
      expect(context.admin).toBeUndefined();
    }
  });

  it('is for every plan what merging one need after the other gives', () => {
    const needs = fc.array(fc.option(fc.array(fc.nat(), { maxLength: 4 })), { minLength: 1, maxLength: 14 });
    const shuffled = fc.tuple(needs, fc.infiniteStream(fc.nat()));
    fc.assert(
      fc.property(shuffled, fc.boolean(), ([drawn, order], mayPointForward) => {
        const plan = longPlan(drawn.length, (index) =>
          writeNeeds(drawn[index] ?? null, index, mayPointForward ? drawn.length : index),
        );
        const results = Object.fromEntries(
          plan.steps.map(({ id, index }) => [id, { last: index, [`k${index % 3}`]: index }]),
        );
        const contexts = builderOf(plan, results, { last: 'input' });
        const asked = [...plan.steps].sort(() => ((order.next().value ?? 0) % 2 === 0 ? 1 : -1));
        for (const step of asked) expect(contexts.before(step)).toEqual(naiveContext(plan, step.index, results));
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});

describe('contexts of long plans', () => {
  const count = 20_000;
  const rows = Array.from({ length: count }, (_, index) => rowOf(`s${index}`, { result: `{"last":${index}}` }));

  it.each([
    ['a chain', () => ({})],
    ['branches that part and meet', (index: number) => ({ needs: partAndMeet(index) })],
  ])('of 20,000 steps in %s cost what one costs, each', (_, needs) => {
    const plan = longPlan(count, needs);
    const journal = new CountingJournal(rows);
    const contexts = new ContextBuilder(plan, journal, {});
    for (const step of plan.steps.slice(1)) contexts.before(step);
    expect(contexts.final()).toEqual({ last: count - 1 });
    // A few looks at the journal for each step: quadratic would be some 200,000,000.
    expect(journal.looks).toBeLessThan(count * 6);
  });

  it('are the same when a resumed run asks only for the last one', () => {
    const plan = longPlan(count);
    const journal = new CountingJournal(rows);
    const last = plan.steps[count - 1];
    expect(last && new ContextBuilder(plan, journal, { n: 1 }).before(last)).toEqual({ n: 1, last: count - 2 });
    expect(journal.looks).toBeLessThan(count * 2);
  });
});

/** A journal that counts how often it is asked. */
class CountingJournal extends Journal {
  looks = 0;
  override get(stepKey: string) {
    this.looks += 1;
    return super.get(stepKey);
  }
}

/** Three steps each time: one, and two side by side after it, which the next one needs. */
function partAndMeet(index: number): readonly string[] {
  if (index === 0) return [];
  return index % 3 === 0 ? [`s${index - 2}`, `s${index - 1}`] : [`s${index - (index % 3)}`];
}

/** Needs from numbers, without cycles: forward ones lead to even places only, and those need nothing. */
function writeNeeds(drawn: readonly number[] | null, index: number, limit: number): { needs?: string[] } {
  const isEven = limit > index && index % 2 === 0;
  if (isEven) return { needs: [] };
  if (drawn === null || limit === 0) return index === 0 ? {} : { needs: [`s${index - 1}`] };
  const places = drawn.map((number) => number % limit).map((place) => (place >= index ? place - (place % 2) : place));
  return { needs: [...new Set(places)].filter((place) => place !== index).map((place) => `s${place}`) };
}

function naiveContext(plan: Plan, index: number, results: Readonly<Record<string, unknown>>): unknown {
  const needed = new Set<number>();
  const visit = (at: number): void => {
    for (const need of plan.steps[at]?.needs ?? []) {
      if (needed.has(need.index)) continue;
      needed.add(need.index);
      visit(need.index);
    }
  };
  visit(index);
  const ordered = [...needed].sort((a, b) => a - b).map((at) => results[`s${at}`]);
  return Object.assign({ last: 'input' }, ...ordered);
}
