import { WorkflowExecutor, WorkflowFailedError } from '@sisyphus-state/executor';
import { NotSerializableError, PayloadTooLargeError, type WorkflowStore } from '@sisyphus-state/store';
import { beforeEach, describe, expect, test } from 'vitest';
import { useStores } from '../support/use-stores.js';
import { refusedValues } from './sample-values.js';

const open = useStores();
const retry = { attempts: 3, backoff: 0 };
let store: WorkflowStore;
let calls: number;

beforeEach(async () => {
  store = await open(':memory:');
  calls = 0;
});

function giving(value: unknown): WorkflowExecutor {
  return new WorkflowExecutor(store, {
    give: (step) => {
      calls += 1;
      return step.id === 'each' && calls === 1 ? 'fine' : value;
    },
  });
}

async function failureOf(call: Promise<unknown>): Promise<WorkflowFailedError> {
  const error = await call.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  return error as WorkflowFailedError;
}

describe.each(refusedValues)('$name', ({ value, path, found }) => {
  test('is refused at the step that returned it, with its place, and is not tried again (pitfall 26)', async () => {
    const error = await failureOf(
      giving(value).execute({ name: 'refused', steps: [{ id: 'bad', type: 'give', retry }] }),
    );
    expect(error).toMatchObject({ stepKey: 'bad', details: { code: 'NOT_SERIALIZABLE' } });
    expect(error.message).toContain(`result of step "bad" can't be stored: ${path} is ${found}`);
    expect(calls).toBe(1);
    const state = await store.getRunState(error.runId);
    expect(state?.steps[0]).toMatchObject({ status: 'failed', attempts: 1, result: undefined });
    expect(state?.steps[0]?.error).toMatchObject({
      code: 'NOT_SERIALIZABLE',
      retryable: false,
      details: { path, found },
    });
  });

  test('is refused as an input, before anything is written', async () => {
    const refusal = await giving(1)
      .execute({ name: 'refused', steps: [{ id: 'never', type: 'give' }] }, value)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotSerializableError);
    expect(refusal).toMatchObject({ code: 'NOT_SERIALIZABLE', path });
    expect((refusal as Error).message).toContain('input of workflow "refused"');
    expect(await store.listRuns()).toEqual([]);
    expect(calls).toBe(0);
  });
});

test('an item of a foreach that can not be kept is named by its key', async () => {
  const steps = [{ id: 'each', type: 'give', foreach: [1, 2], retry }];
  const error = await failureOf(giving(new Map()).execute({ name: 'refused', steps }));
  expect(error.message).toContain('result of step "each[1]"');
  const state = await store.getRunState(error.runId);
  expect(state?.steps.map(({ stepKey, status }) => [stepKey, status])).toEqual([
    ['each', 'failed'],
    ['each[0]', 'completed'],
    ['each[1]', 'failed'],
  ]);
});

describe('a value that is too large', () => {
  const limit = 1024 * 1024;
  /** JSON of a text: two quotes and its letters. */
  const ofBytes = (bytes: number): string => 'x'.repeat(bytes - 2);

  test('is refused as a result from one byte over 1 MiB on, and not tried again', async () => {
    const workflow = { name: 'large', steps: [{ id: 'large', type: 'give', retry }] };
    await expect(giving(ofBytes(limit)).execute(workflow)).resolves.toMatchObject({ status: 'completed' });
    calls = 0;
    const error = await failureOf(giving(ofBytes(limit + 1)).execute(workflow));
    expect(error).toMatchObject({ stepKey: 'large', details: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(error.message).toContain(`result of step "large" is ${limit + 1} bytes`);
    expect(calls).toBe(1);
  });

  test('is measured in bytes of UTF-8, not in letters', async () => {
    const error = await failureOf(
      giving('ä'.repeat(600_000)).execute({ name: 'large', steps: [{ id: 'large', type: 'give' }] }),
    );
    expect(error.details).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  test('is refused as an input before anything is written', async () => {
    const refusal = giving(1).execute({ name: 'large', steps: [{ id: 'never', type: 'give' }] }, ofBytes(limit + 1));
    await expect(refusal).rejects.toBeInstanceOf(PayloadTooLargeError);
    expect(await store.listRuns()).toEqual([]);
  });

  test('is what the executor was told it is', async () => {
    const executor = new WorkflowExecutor(store, { give: () => ofBytes(101) }, { maxPayloadBytes: 100 });
    const error = await failureOf(executor.execute({ name: 'large', steps: [{ id: 'large', type: 'give' }] }));
    expect(error.details).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  test('does not stop a foreach whose items are each small enough', async () => {
    const steps = [
      { id: 'each', type: 'give', foreach: [1, 2, 3, 4] },
      { id: 'size', type: 'transform', with: { value: '${{ size(steps.each.output) }}' } },
    ];
    const executor = new WorkflowExecutor(store, {
      give: () => ofBytes(limit),
      transform: (step) => (step.with as { value: unknown }).value,
    });
    await expect(executor.execute({ name: 'large', steps, output: '${{ steps.size.output }}' })).resolves.toMatchObject(
      { output: 4 },
    );
  });
});
