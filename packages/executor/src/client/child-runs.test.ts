import { describe, expect, it } from 'vitest';
import { call, family, flow, inline } from './test-support/family.js';

const ship = {
  ...flow('ship', { id: 'pack', type: 'give', with: { parcel: '${{ input.order }}' } }),
  input: { type: 'object', required: ['order'] },
};

describe('a step that waits for a run', () => {
  it('gets the output of a run of its own, without a worker', async () => {
    const test = await family([ship]);
    const shop = flow('shop', call('call', 'ship', { input: { order: '${{ input.n }}' } }));
    const { output, runId } = await test.executor().execute(shop, { n: 7 });
    expect(output).toEqual({ parcel: 7 });
    const [child, ...others] = await test.children(runId);
    expect(others).toEqual([]);
    expect(child).toMatchObject({
      ...{ name: 'ship', status: 'completed', parentRunId: runId, parentStepKey: 'call', rootRunId: runId },
    });
    expect((await test.state(runId)).steps[0]).toMatchObject({
      ...{ type: 'workflow', status: 'completed', attempts: 1, childRunId: child?.id, result: { parcel: 7 } },
    });
  });

  it.each([null, 0, '', false, [], 'x'.repeat(20_000)])('gets the output as it is: %j (pitfall 24)', async (value) => {
    const test = await family();
    const child = flow('child', { id: 'give', type: 'give', with: value });
    const { output } = await test.executor().execute(flow('parent', call('call', child)));
    expect(output).toEqual(value);
  });

  it('takes a workflow that is written into it, whose expressions see only its own run', async () => {
    const test = await family();
    const inner = flow('inner', { id: 'a', type: 'give', with: '${{ [input, run.id] }}' });
    const { output, runId } = await test
      .executor()
      .execute(flow('outer', call('call', inner, { input: '${{ input.x + 1.0 }}' })), { x: 1 });
    const [child] = await test.children(runId);
    expect(output).toEqual([2, child?.id]);
  });

  it('takes a workflow that a step before it made', async () => {
    const test = await family();
    const made = flow('made', { id: 'a', type: 'give', with: '$${{ input }}' });
    const plan = inline({ ...made, output: '$${{ steps.a.output }}' });
    const { output } = await test
      .executor()
      .execute(
        flow(
          'planner',
          { id: 'plan', type: 'give', with: plan },
          call('call', '${{ steps.plan.output }}', { input: 3 }),
        ),
      );
    expect(output).toBe(3);
  });

  it('takes the newest version of a name, or the one it names', async () => {
    const version = (number: number) => ({
      ...flow('versioned', { id: 'a', type: 'give', with: number }),
      version: number,
    });
    const test = await family([version(1), version(2)]);
    const both = flow('both', call('newest', 'versioned'), call('first', 'versioned@1'));
    const { output } = await test
      .executor()
      .execute({ ...both, output: ['${{ steps.newest.output }}', '${{ steps.first.output }}'] });
    expect(output).toEqual([2, 1]);
  });

  it('passes its queue, priority and key on to a run that does not say otherwise', async () => {
    const test = await family([ship]);
    const own = { ...flow('own', { id: 'a', type: 'give', with: 1 }), queue: 'own', priority: 9 };
    const given = {
      id: 'given',
      type: 'workflow',
      with: { workflow: inline(own), queue: 'given', priority: -1, concurrencyKey: 'k2', tags: { a: 'b' } },
    };
    const parent = { ...flow('parent', call('plain', 'ship', { input: { order: 1 } }), call('own', own), given) };
    const { runId } = await test
      .executor()
      .execute(parent, null, { queue: 'q', priority: 3, concurrencyKey: 'k', namespace: 'n' });
    const rows = (await test.store.listRuns({ parentRunId: runId, namespace: 'n' })).map(
      ({ parentStepKey, queue, priority, concurrencyKey, tags }) => [
        parentStepKey,
        queue,
        priority,
        concurrencyKey,
        tags,
      ],
    );
    expect(rows.reverse()).toEqual([
      ['plain', 'q', 3, 'k', null],
      ['own', 'own', 9, 'k', null],
      ['given', 'given', -1, 'k2', '{"a":"b"}'],
    ]);
  });
});

describe('a run that can not be started', () => {
  it('is refused before anything is written where its name is known to be unknown', async () => {
    const test = await family();
    const started = test.executor().execute(flow('parent', call('call', 'gone')));
    await expect(started).rejects.toMatchObject({ code: 'DEFINITION_MISSING', message: /Step "call".*"gone"/ });
    expect(await test.store.listRuns()).toEqual([]);
  });

  it.each([
    ['an unknown name', { workflow: '${{ input }}' }, 'DEFINITION_MISSING'],
    ['a definition that is none', { workflow: { name: 'x', steps: '${{ [1] }}' }, input: '${{ input }}' }, null],
    ['an input that does not fit', { workflow: 'ship', input: '${{ input }}' }, 'INPUT_INVALID'],
    ['a text for a priority', { workflow: 'ship', priority: '${{ input }}' }, 'STEP_VALUE_INVALID'],
  ])('fails its step at once, whatever its retry: %s', async (_, input, code) => {
    const test = await family([ship]);
    const step = { id: 'call', type: 'workflow', with: input, retry: { attempts: 3, backoff: 1 } };
    const failure = await test
      .executor()
      .execute(flow('parent', step), 'gone')
      .catch((error: unknown) => error);
    if (code === null) return expect(failure).toMatchObject({ code: 'DEFINITION_INVALID' });
    expect(failure).toMatchObject({ code: 'WORKFLOW_FAILED', cause: { error: { code } } });
    const [run, ...others] = await test.store.listRuns();
    expect(others).toEqual([]);
    expect((await test.state(run?.id ?? '')).steps[0]).toMatchObject({ status: 'failed', childRunId: null });
  });

  it('fails its step where a step before it made what is no workflow', async () => {
    const test = await family();
    const plan = { id: 'plan', type: 'give', with: { name: 'x', steps: [] } };
    const started = test.executor().execute(flow('planner', plan, call('call', '${{ steps.plan.output }}')));
    await expect(started).rejects.toMatchObject({ cause: { error: { code: 'DEFINITION_INVALID' } } });
  });
});

describe('a run that does not complete', () => {
  const failing = flow('failing', { id: 'before', type: 'give', with: 1 }, { id: 'last', type: 'shaky', with: 'done' });
  const parent = flow('parent', call('call', 'failing'), {
    id: 'after',
    type: 'give',
    with: '${{ steps.call.output }}',
  });

  it('fails the step that waits for it, with its own error as the cause', async () => {
    const test = await family([failing]);
    test.broken.add('last');
    const started = test.executor().execute(parent);
    await expect(started).rejects.toMatchObject({
      code: 'WORKFLOW_FAILED',
      cause: {
        code: 'STEP_FAILED',
        stepKey: 'call',
        cause: { code: 'CHILD_FAILED', cause: { message: 'last is broken' } },
      },
    });
  });

  it('is followed by another for each attempt that the step’s retry allows, and by none without', async () => {
    const test = await family([failing]);
    test.broken.add('last');
    const executor = test.executor();
    const retried = {
      ...parent,
      steps: [call('call', 'failing', { retry: { attempts: 3, backoff: 1 } })],
      output: null,
    };
    const failed: unknown = await executor.execute(retried).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'WORKFLOW_FAILED' });
    const [run] = (await test.store.listRuns({ name: 'parent' })).map(({ id }) => id);
    const children = await test.children(run ?? '');
    expect(children.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    const { steps } = await test.state(run ?? '');
    expect(steps[0]).toMatchObject({ attempts: 3, childRunId: children[2]?.id, error: { code: 'CHILD_FAILED' } });
  });

  it('is not followed by another when somebody cancelled it', async () => {
    const test = await family();
    const executor = test.executor();
    const held = flow('held', { id: 'hold', type: 'hold' });
    const { runId, result } = await executor.start(
      flow('parent', call('call', held, { retry: { attempts: 3, backoff: 1 } })),
    );
    await expect.poll(async () => (await test.children(runId)).map(({ status }) => status)).toEqual(['running']);
    const [child] = await test.children(runId);
    await executor.cancel(child?.id ?? '', 'enough');
    await expect(result()).rejects.toMatchObject({
      cause: { error: { code: 'CHILD_CANCELLED', message: expect.stringContaining('enough') } },
    });
    expect(await test.children(runId)).toHaveLength(1);
  });

  it('is cancelled when it takes longer than the step lets it', async () => {
    const test = await family();
    const held = flow('held', { id: 'hold', type: 'hold' });
    const step = { id: 'call', type: 'workflow', with: { workflow: inline(held), timeout: 30 } };
    const failed = test.executor().execute(flow('parent', step));
    await expect(failed).rejects.toMatchObject({ cause: { error: { code: 'WAIT_TIMEOUT' } } });
    const [run] = await test.store.listRuns({ name: 'parent' });
    await expect
      .poll(async () => (await test.children(run?.id ?? '')).map(({ status }) => status))
      .toEqual(['cancelled']);
  });

  it('leaves the step to its fallback, and its run to go on where the step says so', async () => {
    const test = await family([failing]);
    test.broken.add('last');
    const { output } = await test.executor().execute({
      name: 'lenient',
      steps: [
        call('replaced', 'failing', {
          fallback: [{ type: 'workflow', with: { workflow: flow('b', { id: 'b', type: 'give', with: 'b' }) } }],
        }),
        call('lost', 'failing', { onError: 'continue' }),
      ],
      output: ['${{ steps.replaced.output }}', '${{ steps.lost.error.code }}'],
    });
    expect(output).toEqual(['b', 'CHILD_FAILED']);
  });

  it('undoes nothing of what its parent completed but what the parent says, by a run if need be', async () => {
    const test = await family([failing]);
    test.broken.add('last');
    const undo = flow('undo', { id: 'undo', type: 'give', with: '${{ input }}' });
    const failed = test.executor().execute({
      name: 'undone',
      steps: [
        {
          id: 'book',
          type: 'give',
          with: 'seat 7',
          compensate: { type: 'workflow', with: { workflow: inline(undo), input: '${{ steps.book.output }}' } },
        },
        call('call', 'failing'),
      ],
    });
    await expect(failed).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
    const [run] = await test.store.listRuns({ name: 'undone' });
    expect((await test.children(run?.id ?? '')).map(({ name, status, output }) => [name, status, output])).toEqual([
      ['failing', 'failed', undefined],
      ['undo', 'completed', 'seat 7'],
    ]);
    expect((await test.state(run?.id ?? '')).status).toBe('failed');
  });
});
