import { describe, expect, it } from 'vitest';
import { collectOutput, ForeachGroup } from './foreach-group.js';
import { Journal } from './journal.js';
import { planOf, stepIn } from './test-support/plan.js';
import { rowOf } from './test-support/rows.js';
import { type Item, itemKey } from './unit.js';

const stepOf = (concurrency: number) =>
  stepIn(planOf([{ id: 'each', foreach: '${{ input.list }}', concurrency }]), 'each');

/** All items that may start now. */
function takeAll(group: ForeachGroup): Item[] {
  const items: Item[] = [];
  for (let item = group.takeStartable(); item !== null; item = group.takeStartable()) items.push(item);
  return items;
}

function groupOf(items: readonly unknown[], { concurrency = 2, journal = new Journal() } = {}): ForeachGroup {
  const isOver = ({ index }: Item) => journal.get(itemKey('each', index))?.status === 'completed';
  return new ForeachGroup(stepOf(concurrency), items, isOver);
}

describe('a foreach under way', () => {
  it('is done at once without items', () => {
    const group = groupOf([]);
    expect([group.isDone, takeAll(group)]).toEqual([true, []]);
  });

  it('starts as many items at once as the step allows, in order, each once', () => {
    const group = groupOf(['a', 'b', 'c']);
    expect(takeAll(group)).toEqual([
      { index: 0, value: 'a' },
      { index: 1, value: 'b' },
    ]);
    expect(takeAll(group)).toEqual([]);
  });

  it('starts the next item when one is over, and is done with the last', () => {
    const group = groupOf(['a', 'b', 'c'], { concurrency: 1 });
    const started = [];
    while (!group.isDone) {
      started.push(...takeAll(group).map(({ value }) => value));
      group.itemOver();
    }
    expect(started).toEqual(['a', 'b', 'c']);
    expect(takeAll(group)).toEqual([]);
  });

  it('passes over items that are over, and starts those again that are not (pitfall 4)', () => {
    const journal = new Journal([
      rowOf('each[0]'),
      rowOf('each[1]', { status: 'running' }),
      rowOf('each[2]'),
      rowOf('each[3]', { status: 'failed' }),
    ]);
    const group = groupOf(['a', 'b', 'c', 'd', 'e'], { concurrency: 9, journal });
    expect(takeAll(group).map(({ index }) => index)).toEqual([1, 3, 4]);
    expect(group.isDone).toBe(false);
    for (let left = 3; left > 0; left -= 1) group.itemOver();
    expect(group.isDone).toBe(true);
  });

  it('is done at once when all items are recorded', () => {
    const journal = new Journal([rowOf('each[0]'), rowOf('each[1]')]);
    expect(groupOf(['a', 'b'], { journal }).isDone).toBe(true);
  });
});

describe("a foreach's output", () => {
  it("is its items' results in their order, null for an item without one (pitfall 24)", () => {
    const results = ['0', null, 'null', '"c"', '{"d":[1]}'];
    const journal = new Journal(results.map((result, index) => rowOf(`each[${index}]`, { result })).reverse());
    expect(collectOutput(stepOf(1), 5, journal)).toEqual([0, null, null, 'c', { d: [1] }]);
  });
});
