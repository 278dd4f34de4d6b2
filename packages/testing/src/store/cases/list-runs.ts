import assert from 'node:assert/strict';
import type { RunFilter } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { freeRun, heldRun, json, leaseOf, runCompleted, runFailed } from '../sample-changes.js';

const about = 'listRuns';

/** Which of the six sample runs (see `prepare`) a filter lets through, newest first. */
const filters: readonly (readonly [what: string, filter: RunFilter, expected: readonly number[]])[] = [
  ['everything of the default namespace', {}, [4, 3, 2, 1, 0]],
  ['one status', { status: 'completed' }, [2]],
  ['several statuses', { status: ['completed', 'failed', 'running'] }, [3, 2, 1]],
  ['no status at all: no run', { status: [] }, []],
  ['a name', { name: 'b' }, [4, 1]],
  ['a name and a status', { name: 'b', status: 'pending' }, [4]],
  ['an idempotency key', { idempotencyKey: 'k' }, [0]],
  ['another namespace', { namespace: 'tenant-b' }, [5]],
  ['a namespace that has none', { namespace: 'nobody' }, []],
  ['a limit', { limit: 2 }, [4, 3]],
  ['a limit below one, which is one', { limit: 0 }, [4]],
  ['a negative limit, which is one', { limit: -5 }, [4]],
  ['a limit that is no number, which is the default', { limit: Number.NaN }, [4, 3, 2, 1, 0]],
  ['a fraction as limit, which is cut', { limit: 2.9 }, [4, 3]],
  ['no limit worth the name, which is the greatest', { limit: Number.POSITIVE_INFINITY }, [4, 3, 2, 1, 0]],
];

/** What every store must do: listing runs. */
export const listRunsCases: readonly ConformanceCase[] = [
  ...filters.map(
    ([what, filter, expected]): ConformanceCase => ({
      about,
      name: `lists newest first, filtered by: ${what}`,
      async run(env) {
        const ids = await prepare(env);
        const listed = await env.store.listRuns(filter);
        assert.deepEqual(
          listed.map((run) => ids.indexOf(run.id)),
          expected,
        );
      },
    }),
  ),
  {
    about,
    name: 'pages through all runs without gap or repetition, while new ones come in',
    async run({ store, newId }) {
      const ids = Array.from({ length: 25 }, newId);
      await store.createRuns(ids.map((id) => freeRun(id)));
      const seen: string[] = [];
      for (let before: string | undefined; ; ) {
        const page = await store.listRuns({ limit: 4, ...(before === undefined ? {} : { before }) });
        if (page.length === 0) break;
        seen.push(...page.map((run) => run.id));
        before = page.at(-1)?.id;
        await store.createRuns([freeRun(newId())]);
      }
      assert.deepEqual(seen, ids.reverse());
    },
  },
  {
    about,
    name: 'gives 50 unless asked, and never more than 1,000',
    async run({ store, newId }) {
      await store.createRuns(Array.from({ length: 1001 }, () => freeRun(newId())));
      assert.equal((await store.listRuns()).length, 50);
      assert.equal((await store.listRuns({ limit: 10_000 })).length, 1000);
    },
  },
  {
    about,
    name: 'says of a large value only where it is kept',
    async run({ store, newId }) {
      await store.createRuns([
        freeRun(newId(), { input: json('x'.repeat(9000)) }),
        freeRun(newId(), { input: json('y') }),
      ]);
      const [small, large] = await store.listRuns();
      assert.deepEqual([small?.input, small?.inputRef], ['"y"', null]);
      assert.equal(large?.input, null);
      assert.equal(large?.inputRef?.length, 64);
    },
  },
];

async function prepare({ store, newId }: ConformanceEnv): Promise<readonly string[]> {
  const ids = Array.from({ length: 6 }, newId);
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = ids;
  const created = await store.createRuns([
    freeRun(a, { name: 'a', idempotencyKey: 'k' }),
    heldRun(b, { name: 'b' }),
    heldRun(c, { name: 'c' }),
    heldRun(d, { name: 'd' }),
    freeRun(e, { name: 'b' }),
    freeRun(f, { name: 'b', namespace: 'tenant-b', idempotencyKey: 'k' }),
  ]);
  await store.record(leaseOf(created[2]), [runCompleted()]);
  await store.record(leaseOf(created[3]), [runFailed()]);
  return ids;
}
