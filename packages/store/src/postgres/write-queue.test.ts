import { describe, expect, it } from 'vitest';
import { type Outcome, WriteQueue } from './write-queue.js';

/** A queue whose work waits until the test lets it go on. */
function makeQueue(options: { maxFlights?: number; maxAlone?: number } = {}) {
  const batches: { entries: readonly string[]; answer: (outcomes?: readonly Outcome<string>[]) => void }[] = [];
  const alone: string[] = [];
  const queue = new WriteQueue<string, string>({
    location: 'here',
    maxFlights: 2,
    maxAlone: 2,
    ...options,
    together: (entries) =>
      new Promise((resolve) => {
        const all = entries.map((entry) => ({ value: `${entry}!` }));
        batches.push({ entries, answer: (outcomes = all) => resolve(outcomes) });
      }),
    alone: async (entry) => {
      alone.push(entry);
      return `${entry} alone`;
    },
  });
  return { queue, batches, alone };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('WriteQueue', () => {
  it('puts all entries of one turn into one batch, at most one a run', async () => {
    const { queue, batches } = makeQueue();
    const writes = [queue.enqueue('r1', 'a'), queue.enqueue('r2', 'b'), queue.enqueue('r1', 'c')];
    await turn();
    expect(batches.map(({ entries }) => entries)).toEqual([['a', 'b']]);
    batches[0]?.answer();
    await turn();
    await turn();
    expect(batches[1]?.entries).toEqual(['c']);
    batches[1]?.answer();
    expect(await Promise.all(writes)).toEqual(['a!', 'b!', 'c!']);
  });

  it('gathers entries while as many batches as allowed are under way', async () => {
    const { queue, batches } = makeQueue({ maxFlights: 1 });
    const writes = [queue.enqueue('r1', 'a')];
    await turn();
    writes.push(queue.enqueue('r2', 'b'));
    await turn();
    writes.push(queue.enqueue('r3', 'c'));
    await turn();
    expect(batches).toHaveLength(1);
    batches[0]?.answer();
    await turn();
    await turn();
    expect(batches[1]?.entries).toEqual(['b', 'c']);
    batches[1]?.answer();
    await Promise.all(writes);
  });

  it('tries alone what a batch refused, without holding up the others, and before what came after it', async () => {
    const { queue, batches, alone } = makeQueue();
    const writes = [queue.enqueue('r1', 'a'), queue.enqueue('r2', 'b'), queue.enqueue('r1', 'later')];
    await turn();
    batches[0]?.answer(['alone', { value: 'b!' }]);
    expect(await writes[1]).toBe('b!');
    expect(await writes[0]).toBe('a alone');
    expect(alone).toEqual(['a']);
    await turn();
    batches[1]?.answer();
    expect(await writes[2]).toBe('later!');
  });

  it('rejects one entry with its own error, and all with that of the batch', async () => {
    const { queue, batches } = makeQueue();
    const [bad, good] = [queue.enqueue('r1', 'a'), queue.enqueue('r2', 'b')];
    await turn();
    batches[0]?.answer([{ error: new Error('only a') }, { value: 'b!' }]);
    await expect(bad).rejects.toThrow('only a');
    expect(await good).toBe('b!');
    const failing = new WriteQueue<string, string>({
      location: 'here',
      maxFlights: 1,
      maxAlone: 1,
      together: () => Promise.reject(new Error('all')),
      alone: async (entry) => entry,
    });
    const lost = [failing.enqueue('r1', 'a'), failing.enqueue('r2', 'b')];
    for (const each of lost) await expect(each).rejects.toThrow('all');
  });

  it('does work on several runs when it is first on all of them, and what comes later waits for it', async () => {
    const { queue, batches } = makeQueue();
    const order: string[] = [];
    const before = queue.enqueue('r2', 'before').then(() => order.push('before'));
    const work = queue.exclusively(['r1', 'r2'], async () => void order.push('work'));
    const after = queue.enqueue('r1', 'after').then(() => order.push('after'));
    await turn();
    expect([order, batches[0]?.entries]).toEqual([[], ['before']]);
    batches[0]?.answer();
    await work;
    await turn();
    batches[1]?.answer();
    await Promise.all([before, after]);
    expect(order.at(-1)).toBe('after');
  });

  it('has only so much work of the other kind under way', async () => {
    const { queue } = makeQueue({ maxAlone: 2 });
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await turn();
      running--;
    };
    await Promise.all(Array.from({ length: 7 }, (_, n) => queue.exclusively([`r${n}`], work)));
    expect(most).toBe(2);
  });

  it('closes when all that is in hand is done, and refuses what comes later', async () => {
    const { queue, batches } = makeQueue();
    const write = queue.enqueue('r1', 'a');
    const outside = queue.outside(async () => {
      await turn();
      return 'read';
    });
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    expect(await outside).toBe('read');
    expect(closed).toBe(false);
    batches[0]?.answer();
    expect(await write).toBe('a!');
    await closing;
    await expect(queue.enqueue('r1', 'b')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await expect(queue.outside(async () => 1)).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await queue.close();
  });
});
