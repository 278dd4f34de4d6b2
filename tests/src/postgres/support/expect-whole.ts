import { verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { expect } from 'vitest';

/** Expects that a run's log folds to its tables. */
export async function expectWhole(store: WorkflowStore, runId: string): Promise<void> {
  const [run, steps, events] = [
    await store.readRun(runId),
    await store.readSteps(runId),
    await store.readEvents(runId),
  ];
  if (run === null) throw new Error(`There is no run ${runId}.`);
  expect(verifyRun({ run, steps, events })).toEqual([]);
}

/** All that is kept of a run, to compare with what is kept later. */
export async function dump(store: WorkflowStore, runId: string) {
  return {
    run: await store.readRun(runId),
    steps: await store.readSteps(runId),
    events: await store.readEvents(runId),
    mail: await store.readMail(runId),
  };
}
