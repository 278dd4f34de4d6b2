import { describe, expect, test } from 'vitest';
import { chain, type Handlers, useTwoWorlds } from './support/two-worlds.js';

const twoWorlds = useTwoWorlds();

describe("the draft's faults: values", () => {
  test('falsy results become NULL: here 0, "", false, null and [] come back as they are, live and from the file (pitfall 24)', async () => {
    const { draft, ours } = await twoWorlds();
    const returned: Readonly<Record<string, unknown>> = { zero: 0, empty: '', no: false, nothing: null, list: [] };
    const handlers: Handlers = Object.fromEntries(Object.entries(returned).map(([id, value]) => [id, () => value]));
    const workflow = chain(...Object.keys(returned));

    const theirs = await draft.executor(handlers).execute(workflow, {});
    expect(draft.store.getRunState(theirs.runId)?.steps).toMatchObject(
      [null, null, null, null, []].map((result) => ({ status: 'completed', result })),
    );

    const output = Object.fromEntries(workflow.steps.map(({ id }) => [id, `\${{ steps.${id}.output }}`]));
    const { runId, output: live } = await ours.executor(handlers).execute({ ...workflow, output }, {});
    expect(live).toEqual(returned);
    const state = await ours.store.getRunState(runId);
    expect(Object.fromEntries(state?.steps.map(({ stepKey, result }) => [stepKey, result]) ?? [])).toEqual(returned);
    // Null was returned; nothing would be SQL NULL.
    expect((await ours.store.readSteps(runId)).map(({ result }) => result)).toEqual(['0', '""', 'false', 'null', '[]']);
  });

  test('thrown non-Errors lose their text: here the step, the run and the caller have it', async () => {
    const { draft, ours } = await twoWorlds();
    const handlers: Handlers = { refuse: () => Promise.reject('the card was refused') };

    await expect(draft.executor(handlers).execute(chain('refuse'), {})).rejects.toBe('the card was refused');
    expect(draft.store.db.prepare('SELECT result FROM workflow_steps').pluck().all()).toEqual(['{}']);

    const failed = ours.executor(handlers).execute(chain('refuse'), {});
    await expect(failed).rejects.toThrow('the card was refused');
    const [run] = await ours.store.listRuns();
    const state = await ours.store.getRunState(run?.id ?? '');
    expect(state?.error?.message).toContain('the card was refused');
    expect(state?.steps[0]?.error?.message).toContain('the card was refused');
  });

  test('string results are spread into the context letter by letter: here texts and arrays do not merge', async () => {
    const { draft, ours } = await twoWorlds();
    const handlers: Handlers = { text: () => 'ab', list: () => ['c'], facts: () => ({ n: 1 }) };

    const theirs = await draft.executor(handlers).execute(chain('text', 'facts'), {});
    expect(theirs.context).toEqual({ 0: 'a', 1: 'b', n: 1 });

    const { context } = await ours.executor(handlers).execute(chain('text', 'list', 'facts'), { given: true });
    expect(context).toEqual({ given: true, n: 1 });
  });

  test('__proto__ in a result reaches the prototype: here it is only a key', async () => {
    const { draft, ours } = await twoWorlds();
    const seen: { admin: unknown; prototype: unknown; isOwn: boolean }[] = [];
    const handlers: Handlers = {
      parse: () => JSON.parse('{"__proto__": {"admin": true}, "n": 1}'),
      look: (_, context) => {
        const prototype: unknown = Object.getPrototypeOf(context);
        seen.push({ admin: context.admin, prototype, isOwn: Object.hasOwn(context, '__proto__') });
      },
    };

    await draft.executor(handlers).execute(chain('parse', 'look'), {});
    expect(seen).toMatchObject([{ admin: true, prototype: { admin: true } }]);

    const { runId, context } = await ours.executor(handlers).execute(chain('parse', 'look'), {});
    expect(seen[1]).toEqual({ admin: undefined, prototype: Object.prototype, isOwn: true });
    expect(JSON.stringify(context)).toBe('{"__proto__":{"admin":true},"n":1}');
    expect(JSON.stringify((await ours.store.getRunState(runId))?.context)).toBe('{"__proto__":{"admin":true},"n":1}');
    expect({}).not.toHaveProperty('admin');
  });
});
