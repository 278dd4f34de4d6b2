import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRun, runIdOf } from '../test-support/make-run.js';
import { allRuns, findRun } from './find-run.js';

let store: WorkflowStore;

beforeEach(async () => {
  store = await openStore(':memory:');
});

afterEach(() => store.close());

describe('with some runs', () => {
  beforeEach(async () => {
    for (const number of [0xa1b2, 0xc1b2, 0xd3e4]) await makeRun(store, { number });
  });

  it.each([
    ['its whole id', runIdOf(0xa1b2)],
    ['its whole id in capitals', runIdOf(0xa1b2).toUpperCase()],
    ['the end of its id', 'a1b2'],
    ['the end of its id in capitals, with spaces around', ' A1B2 '],
  ])('finds a run by %s', async (_, given) => {
    expect(await findRun(store, given)).toBe(runIdOf(0xa1b2));
  });

  it('finds a run by the start of its id when no other starts so', async () => {
    await makeRun(store, { number: 1, id: '01911111-0000-7000-8000-000000000001' });
    expect(await findRun(store, '0191')).toBe('01911111-0000-7000-8000-000000000001');
  });

  it('refuses a part that several ids have, and shows them', async () => {
    await expect(findRun(store, '0190')).rejects.toMatchObject({ code: 'RUN_AMBIGUOUS' });
    await expect(findRun(store, '0190')).rejects.toThrow(runIdOf(0xd3e4));
  });

  it.each([
    ['a whole id that nobody has', runIdOf(7)],
    ['an end that nobody has', 'ffff'],
    ['less than four characters', 'b2'],
    ['a middle', '7000'],
    ['what is no part of an id', 'x1b2'],
    ['nothing', ''],
  ])('finds no run by %s', async (_, given) => {
    await expect(findRun(store, given)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

it('finds an adopted run whose id is no UUID', async () => {
  await makeRun(store, { number: 1, id: 'run-one' });
  expect(await findRun(store, 'run-one')).toBe('run-one');
});

it('reads all runs, newest first, over more than one page', async () => {
  const numbers = Array.from({ length: 1001 }, (_, index) => index + 1);
  await store.createRuns(numbers.map((number) => ({ id: runIdOf(number), name: 'flow', input: null })));
  const ids: string[] = [];
  for await (const { id } of allRuns(store)) ids.push(id);
  expect(ids).toEqual(numbers.toReversed().map(runIdOf));
});
