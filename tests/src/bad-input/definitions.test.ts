import { DefinitionInvalidError, parseDefinition, type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { builtinHandlers } from '@sisyphus-state/handlers';
import type { WorkflowStore } from '@sisyphus-state/store';
import { beforeEach, describe, expect, test } from 'vitest';
import { useStores } from '../support/use-stores.js';

const open = useStores();
let store: WorkflowStore;
let executor: WorkflowExecutor;
let calls: number;

beforeEach(async () => {
  store = await open(':memory:');
  calls = 0;
  executor = new WorkflowExecutor(store, [
    ...builtinHandlers,
    { type: 'count', version: 1, delivery: 'pure', run: count },
  ]);
});

function count(): void {
  calls += 1;
}

async function refusalOf(workflow: unknown, input?: unknown): Promise<Error & { readonly code?: string }> {
  // What a caller in JavaScript could hand in.
  const error: unknown = await executor.execute(workflow as Workflow, input).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('It was not refused.');
  return error;
}

async function expectNothingWritten(): Promise<void> {
  expect(calls).toBe(0);
  expect(await store.listRuns()).toEqual([]);
}

const first = { id: 'first', type: 'count' };

describe('a workflow that is refused before anything is written or run', () => {
  test.each<[name: string, workflow: unknown, says: RegExp]>([
    ['an unknown key', { name: 'x', stepz: [], steps: [first] }, /stepz.*steps/s],
    ['an unknown key of a step', { name: 'x', steps: [{ ...first, retires: 3 }] }, /steps\[0\].*retires/s],
    ['two steps with one id', { name: 'x', steps: [first, { ...first }] }, /DUPLICATE_STEP.*first/s],
    ['a step without a type', { name: 'x', steps: [{ id: 'a' }] }, /MISSING_KEY.*type/s],
    ['no steps', { name: 'x', steps: [] }, /steps/],
    [
      'steps that need each other',
      {
        name: 'x',
        steps: [
          { ...first, needs: ['b'] },
          { id: 'b', type: 'count', needs: ['first'] },
        ],
      },
      /NEEDS_CYCLE/,
    ],
    [
      'a need that is not there',
      { name: 'x', steps: [first, { id: 'b', type: 'count', needs: ['frist'] }] },
      /UNKNOWN_STEP.*first/s,
    ],
    ['a broken expression', { name: 'x', steps: [{ ...first, with: '${{ input. }}' }] }, /EXPRESSION_INVALID/],
    [
      'an expression that is not closed',
      { name: 'x', steps: [{ ...first, with: '${{ input.a' }] },
      /EXPRESSION_INVALID/,
    ],
    [
      'an expression about a step that is not there',
      { name: 'x', steps: [{ ...first, with: '${{ steps.none.output }}' }] },
      /UNKNOWN_STEP/,
    ],
    ['a duration without a unit', { name: 'x', steps: [{ ...first, timeout: '30' }] }, /timeout/],
    ['no attempts', { name: 'x', steps: [{ ...first, retry: { attempts: 0 } }] }, /attempts/],
    ['an id that is a path', { name: 'x', steps: [{ ...first, id: 'a/b' }] }, /id/],
    [
      'a schema of the input that is none',
      { name: 'x', input: { type: 'objekt' }, steps: [first] },
      /INPUT_SCHEMA_INVALID/,
    ],
    ['null', null, /./],
    ['a text', 'name: x', /./],
    ['a value that is no JSON', { name: 'x', steps: [{ ...first, with: new Map() }] }, /NOT_JSON/],
  ])('%s', async (name, workflow, says) => {
    const error = await refusalOf(workflow);
    // A text is the name of a workflow.
    expect(error.code).toBe(name === 'a text' ? 'DEFINITION_MISSING' : 'DEFINITION_INVALID');
    expect(error.message).toMatch(says);
    await expectNothingWritten();
  });

  test('says of every issue where it is and what to do', async () => {
    const error = await refusalOf({
      name: 'x',
      steps: [
        { ...first, tiemout: '3s' },
        { id: 'b', type: 'count', needs: ['frist'] },
      ],
    });
    expect(error).toBeInstanceOf(DefinitionInvalidError);
    const { issues } = error as DefinitionInvalidError;
    expect(issues).toHaveLength(2);
    expect(issues[0]).toMatchObject({
      code: 'UNKNOWN_KEY',
      path: 'steps[0].tiemout',
      stepId: 'first',
      remedy: expect.stringContaining('timeout'),
    });
    expect(issues[1]).toMatchObject({ code: 'UNKNOWN_STEP', stepId: 'b', remedy: expect.stringContaining('first') });
  });

  test('types that no handler was given for: all of them, with their steps', async () => {
    const steps = [
      first,
      { id: 'b', type: 'mail.send' },
      { id: 'c', type: 'mail.send' },
      { id: 'd', type: 'constructor' },
    ];
    const error = await refusalOf({ name: 'x', steps });
    expect(error).toMatchObject({ code: 'HANDLER_NOT_FOUND', types: ['mail.send', 'constructor'] });
    expect(error.message).toMatch(/"mail.send" \(step "b", step "c"\); "constructor" \(step "d"\)/);
    expect(error.message).toContain('"shell"');
    await expectNothingWritten();
  });

  test('an input that does not fit its schema: all that is wrong with it', async () => {
    const input = {
      type: 'object',
      required: ['repo'],
      properties: { repo: { type: 'string' }, since: { type: 'string' } },
    };
    const error = await refusalOf({ name: 'x', input, steps: [first] }, { since: 1 });
    expect(error).toMatchObject({ code: 'INPUT_INVALID' });
    expect(error.message).toMatch(/repo[\s\S]*since|since[\s\S]*repo/);
    await expectNothingWritten();
  });
});

describe('a text that is no workflow', () => {
  // Expanded it would be ten billion texts: nobody would live to see the test end.
  const bomb = [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`),
  ].join('\n');

  test.each<[name: string, text: string, code: string]>([
    [
      'a YAML alias bomb',
      `name: x\nsteps: *a9\n${bomb}`.replace(/^name: x\nsteps: \*a9\n([\s\S]*)$/, '$1\nname: x\nsteps: *a9'),
      'ALIAS_LIMIT',
    ],
    ['broken YAML', 'name: [x\nsteps: }', 'SYNTAX'],
    ['a tag that makes more than JSON', 'name: !!js/function x\nsteps: []', 'TAG_NOT_ALLOWED'],
    ['a key written twice', 'name: x\nname: y\nsteps: [{ id: a, type: count }]', 'DUPLICATE_KEY'],
    ['more than it may be', `name: x\n# ${'x'.repeat(1024 * 1024)}\nsteps: [{ id: a, type: count }]`, 'TOO_LARGE'],
  ])('%s is refused with its place', (_name, text, code) => {
    const error = thrownBy(() => parseDefinition(text, { source: 'flow.yaml' }));
    expect(error).toBeInstanceOf(DefinitionInvalidError);
    const { issues, message } = error as DefinitionInvalidError;
    expect(issues.map((issue) => issue.code)).toContain(code);
    expect(message).toContain('flow.yaml');
  });
});

describe('a resume', () => {
  test('of a run that is not there says so', async () => {
    await expect(executor.resume('01900000-0000-7000-8000-00000000ffff')).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });

  test('without the handlers that the run needs changes nothing', async () => {
    const failing = new WorkflowExecutor(store, { once: () => Promise.reject(new Error('not today')) });
    const failure = await failing
      .execute({ name: 'x', steps: [{ id: 'a', type: 'once' }] })
      .catch((error: unknown) => error);
    const { runId } = failure as { readonly runId: string };
    const before = await store.readEvents(runId);
    await expect(executor.resume(runId)).rejects.toMatchObject({ code: 'HANDLER_NOT_FOUND', types: ['once'] });
    expect(await store.readEvents(runId)).toEqual(before);
  });

  test('with another definition than the run began with says what differs, and goes on with either when told to', async () => {
    let isMended = false;
    const handlers = { work: () => (isMended ? { ok: true } : Promise.reject(new Error('not today'))) };
    const patient = new WorkflowExecutor(store, handlers);
    const old = {
      name: 'x',
      steps: [
        { id: 'a', type: 'work' },
        { id: 'b', type: 'work' },
      ],
      output: 'old',
    };
    const changed = { ...old, steps: [...old.steps, { id: 'c', type: 'work' }], output: 'new' };
    const run = async (): Promise<string> =>
      ((await patient.execute(old).catch((error: unknown) => error)) as { readonly runId: string }).runId;
    const runIds = [await run(), await run()];
    isMended = true;
    const refusal = await patient.resume(runIds[0] ?? '', changed).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'DEFINITION_DRIFT',
      diff: { added: ['c'], removed: [], workflowKeys: ['output'] },
    });
    await expect(patient.resume(runIds[0] ?? '', changed, { onDrift: 'pinned' })).resolves.toMatchObject({
      output: 'old',
    });
    await expect(patient.resume(runIds[1] ?? '', changed, { onDrift: 'upgrade' })).resolves.toMatchObject({
      output: 'new',
    });
    const upgraded = await store.getRunState(runIds[1] ?? '');
    expect(upgraded?.steps.map(({ stepKey }) => stepKey)).toEqual(['a', 'b', 'c']);
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return null;
}
