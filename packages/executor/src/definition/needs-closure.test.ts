import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeNeeds } from './needs-closure.js';

function reaches(graph: readonly (readonly number[])[], from: number, to: number): boolean {
  const open = [...(graph[from] ?? [])];
  const seen = new Set<number>();
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (step === to) return true;
    if (!seen.has(step)) open.push(...(graph[step] ?? []));
    seen.add(step);
  }
  return false;
}

describe('closeNeeds', () => {
  it('agrees with a walk through the needs, on any graph without a circle', () => {
    const graphs = fc
      .array(fc.uniqueArray(fc.nat(60), { maxLength: 3 }), { minLength: 1, maxLength: 60 })
      .map((lists) =>
        // Each step needs earlier ones only; turned round, its needs stand later in the list.
        lists.map((list, index) => [...new Set(list.filter((need) => need < index))]),
      );
    fc.assert(
      fc.property(graphs, fc.boolean(), (graph, turned) => {
        const last = graph.length - 1;
        const needs = turned ? graph.map((_, index) => (graph[last - index] ?? []).map((need) => last - need)) : graph;
        const order = graph.map((_, index) => (turned ? last - index : index));
        const isNeeded = closeNeeds(needs, order);
        for (const step of order)
          for (const other of order)
            expect([step, other, isNeeded(step, other)]).toEqual([step, other, reaches(needs, step, other)]);
      }),
      { numRuns: 200 },
    );
  });

  it('answers for a chain of 20,000 steps without walking it', () => {
    const size = 20_000;
    const chain = Array.from({ length: size }, (_, index) => (index === 0 ? [] : [index - 1]));
    const isNeeded = closeNeeds(chain, [...chain.keys()]);
    let needed = 0;
    for (let step = 1; step < size; step++)
      if (isNeeded(step, 0) && isNeeded(size - 1, step - 1) && !isNeeded(step - 1, step)) needed++;
    expect(needed).toBe(size - 1);
  });
});
