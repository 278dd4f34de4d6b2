import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderNeeds } from './order-needs.js';
import type { Need } from './resolve-needs.js';

function needs(...lists: readonly (readonly number[])[]): readonly (readonly Need[])[] {
  return lists.map((list) => list.map((index) => ({ index, optional: false })));
}

describe('orderNeeds', () => {
  it('puts every step after what it needs', () => {
    expect(orderNeeds(needs([2], [0], [], [1, 2]))).toEqual({ order: [2, 0, 1, 3], cycles: [] });
  });

  it.each([
    [needs([0]), [[0]]],
    [needs([1], [0]), [[0, 1]]],
    [needs([], [3], [1], [2]), [[1, 3, 2]]],
    [
      needs([1], [0], [3], [2]),
      [
        [0, 1],
        [2, 3],
      ],
    ],
    [needs([1], [0], [0]), [[0, 1]]],
  ])('finds each circle and no bystander in %j', (lists, cycles) => {
    expect(orderNeeds(lists).cycles).toEqual(cycles);
  });

  it('stops after ten circles, and takes a circle of 20,000 steps', () => {
    const pairs = Array.from({ length: 40 }, (_, index) => [index ^ 1]);
    expect(orderNeeds(needs(...pairs)).cycles).toHaveLength(10);
    const ring = Array.from({ length: 20_000 }, (_, index) => [(index + 1) % 20_000]);
    expect(orderNeeds(needs(...ring)).cycles[0]).toHaveLength(20_000);
  });

  it('orders all steps of any graph without a circle, and finds one in any other', () => {
    const graphs = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
      );
    fc.assert(
      fc.property(graphs, (graph) => {
        const { order, cycles } = orderNeeds(needs(...graph));
        for (const cycle of cycles) {
          for (const [place, step] of cycle.entries()) expect(graph[step]).toContain(cycle[(place + 1) % cycle.length]);
        }
        if (cycles.length > 0) return;
        expect(order).toHaveLength(graph.length);
        for (const [place, step] of order.entries())
          for (const need of graph[step] ?? []) expect(order.indexOf(need)).toBeLessThan(place);
      }),
    );
  });
});
