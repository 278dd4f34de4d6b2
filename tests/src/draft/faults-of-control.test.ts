import { HandlerNotFoundError, WorkflowFailedError } from '@sisyphus-state/executor';
import { RunHeldError } from '@sisyphus-state/store';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { chain, type Handlers, useTwoWorlds } from './support/two-worlds.js';

const twoWorlds = useTwoWorlds();

describe("the draft's faults: who runs what", () => {
  test('resume leaves a failed run running and needs the definition handed in again: here it is failed, and remembered', async () => {
    const { draft, ours } = await twoWorlds();
    const broken: Handlers = { pay: () => Promise.reject(new Error('card refused')) };

    const theirs = draft.executor(broken);
    await expect(theirs.execute(chain('pay'), {})).rejects.toThrow('card refused');
    const { id } = draft.store.db.prepare('SELECT id FROM workflow_runs').get() as { id: string }; // one run, one column
    await expect(theirs.resume(id, chain('pay'))).rejects.toThrow('card refused');
    expect(draft.store.getRunState(id)).toMatchObject({ status: 'running' });

    const executor = ours.executor(broken);
    const first: unknown = await executor.execute(chain('pay'), {}).catch((error: unknown) => error);
    const runId = first instanceof WorkflowFailedError ? first.runId : '';
    await expect(executor.resume(runId)).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(await ours.store.getRunState(runId)).toMatchObject({ status: 'failed' });

    const mended = ours.executor({ pay: () => ({ paid: true }) });
    expect(await mended.resume(runId)).toMatchObject({ status: 'completed', context: { paid: true } });
  });

  test('two resumers run the same step: here the second is told who holds the run, and runs nothing (pitfalls 15, 19)', async () => {
    const { draft, ours } = await twoWorlds();
    const gate = heldHandler();

    await expect(draft.executor({ pay: failing }).execute(chain('pay'), {})).rejects.toThrow('card refused');
    const { id } = draft.store.db.prepare('SELECT id FROM workflow_runs').get() as { id: string }; // one run, one column
    const both = [1, 2].map(() => draft.executor({ pay: gate.handler }).resume(id, chain('pay')));
    expect(gate.entered()).toBe(2);
    gate.open();
    await Promise.all(both);

    const failed: unknown = await ours
      .executor({ pay: failing })
      .execute(chain('pay'), {})
      .catch((error) => error);
    const runId = failed instanceof WorkflowFailedError ? failed.runId : '';
    const held = heldHandler();
    const holder = ours.executor({ pay: held.handler }, { worker: 'first' });
    const resumed = holder.resume(runId);
    await eventually('the first one is at work', () => held.entered() === 1);
    const second = ours.executor({ pay: held.handler }, { worker: 'second' }).resume(runId);
    await expect(second).rejects.toBeInstanceOf(RunHeldError);
    await expect(second).rejects.toMatchObject({ holder: 'first' });
    held.open();
    await resumed;
    expect(held.entered()).toBe(1);
  });

  test('no handler for a type is a TypeError after the step was marked running: here it is refused before anything is written', async () => {
    const { draft, ours } = await twoWorlds();
    const workflow = chain('known', 'unknown');
    const entered: string[] = [];
    const handlers: Handlers = { known: () => void entered.push('known') };

    await expect(draft.executor(handlers).execute(workflow, {})).rejects.toBeInstanceOf(TypeError);
    const started = draft.store.db.prepare("SELECT count(*) FROM audit_events WHERE type = 'step_started'").pluck();
    expect(started.get()).toBe(2);
    expect(entered.splice(0)).toEqual(['known']);

    const refused = ours.executor(handlers).execute(workflow, {});
    await expect(refused).rejects.toBeInstanceOf(HandlerNotFoundError);
    await expect(refused).rejects.toMatchObject({ code: 'HANDLER_NOT_FOUND', types: ['unknown'] });
    expect(entered).toEqual([]);
    expect(await ours.store.listRuns()).toEqual([]);
  });
});

const failing = (): Promise<never> => Promise.reject(new Error('card refused'));

/** A handler that is entered and then waits for its gate. */
function heldHandler() {
  let entered = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const handler = async (): Promise<void> => {
    entered += 1;
    await opened;
  };
  return { handler, entered: () => entered, open };
}
