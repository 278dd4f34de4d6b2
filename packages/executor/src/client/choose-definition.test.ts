import type { RunRow } from '@sisyphus-state/schema';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DefinitionDriftError } from '../definition/diff-definitions.js';
import { DefinitionMissingError, WorkflowFailedError } from '../errors.js';
import type { Workflow } from '../workflow.js';
import { chooseDefinition } from './choose-definition.js';
import { clientFor } from './test-support/client-for.js';
import { startRun } from './test-support/followed.js';

const old: Workflow = {
  name: 'w',
  steps: [
    { id: 'a', type: 'ok' },
    { id: 'b', type: 'fail' },
    { id: 'c', type: 'ok' },
  ],
};
/** Changes only what was never started. */
const fitting: Workflow = {
  ...old,
  steps: [...old.steps.slice(0, 2), { id: 'c', type: 'fail' }, { id: 'd', type: 'ok' }],
};
/** Takes away what was completed. */
const unfitting: Workflow = { ...old, steps: old.steps.slice(1) };
const handlers = { ok: () => null, fail: () => Promise.reject(new Error('no')) };

let store: WorkflowStore;
let run: RunRow;

beforeEach(async () => {
  store = await openStore(':memory:');
  const { runId, result } = await startRun(clientFor(store, { handlers }), old, null, {});
  await expect(result).rejects.toBeInstanceOf(WorkflowFailedError);
  run = await readRun(runId);
});

afterEach(() => store.close());

async function readRun(runId: string): Promise<RunRow> {
  const found = await store.readRun(runId);
  if (found === null) throw new Error('It was created.');
  return found;
}

async function choose(
  workflow?: Workflow | string,
  {
    onDrift = 'fail',
    workflows = [],
    of = run,
  }: { onDrift?: 'fail' | 'pinned' | 'upgrade'; workflows?: readonly Workflow[]; of?: RunRow } = {},
) {
  const program = await chooseDefinition(clientFor(store, { handlers, workflows }), of, workflow, onDrift);
  if (program.kind !== 'data') throw new Error('The test has no workflows as code.');
  return program;
}

const idsOf = async (plan: ReturnType<typeof choose>): Promise<readonly string[]> =>
  (await plan).steps.map(({ id }) => id);

describe('the definition a run goes on with', () => {
  it('is the stored one when none is handed in', async () => {
    expect((await choose()).definition).toEqual(old);
    expect((await choose()).hash).toBe(run.definitionHash);
  });

  it('is the stored one even when this executor knows another by its name', async () => {
    expect((await choose(undefined, { workflows: [fitting] })).hash).toBe(run.definitionHash);
  });

  it('is the stored one when the one handed in is the same, however its keys are ordered', async () => {
    const reordered: Workflow = { steps: old.steps.map(({ id, type }) => ({ type, id })), name: 'w' };
    expect((await choose(reordered)).hash).toBe(run.definitionHash);
  });

  it.each(['fail', 'pinned', 'upgrade'] as const)('may be handed in by name (%s)', async (onDrift) => {
    expect((await choose('w', { workflows: [old], onDrift })).hash).toBe(run.definitionHash);
  });
});

describe('another definition handed in', () => {
  it('is refused by default, and the error says what differs and what to do', async () => {
    const refused = choose(fitting);
    await expect(refused).rejects.toBeInstanceOf(DefinitionDriftError);
    await expect(refused).rejects.toMatchObject({
      runId: run.id,
      diff: { added: ['d'], changed: [{ id: 'c', keys: ['type'] }] },
    });
    await expect(refused).rejects.toThrow(/upgrade.*pinned/s);
  });

  it('gives way to the stored one when that is pinned', async () => {
    expect((await choose(unfitting, { onDrift: 'pinned' })).hash).toBe(run.definitionHash);
  });

  it('is taken as an upgrade where what was done still fits it', async () => {
    expect(await idsOf(choose(fitting, { onDrift: 'upgrade' }))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is refused as an upgrade where what was done does not fit it', async () => {
    const refused = choose(unfitting, { onDrift: 'upgrade' });
    await expect(refused).rejects.toMatchObject({ code: 'DEFINITION_DRIFT', fit: { fits: false } });
    await expect(refused).rejects.toThrow('step "a" was started and is gone');
  });

  it('is checked like any other', async () => {
    await expect(choose({ name: 'w', steps: [] }, { onDrift: 'pinned' })).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
    });
  });

  it('is missing when it is a name that nobody knows', async () => {
    await expect(choose('nobody knows')).rejects.toBeInstanceOf(DefinitionMissingError);
  });
});

describe('a run without a stored definition', () => {
  const without = (): RunRow => ({ ...run, definitionHash: null });

  it('takes the one handed in', async () => {
    expect(await idsOf(choose(fitting, { of: without() }))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes the one this executor knows by its name', async () => {
    expect(await idsOf(choose(undefined, { of: without(), workflows: [unfitting] }))).toEqual(['b', 'c']);
  });

  it('is refused when there is neither', async () => {
    const refused = choose(undefined, { of: without() });
    await expect(refused).rejects.toBeInstanceOf(DefinitionMissingError);
    await expect(refused).rejects.toThrow(run.id);
  });
});
