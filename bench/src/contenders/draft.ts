import { v4 as uuidv4 } from 'uuid';
import { stepKey, type Work } from '../workload.js';
import type { Contender, OpenContender } from './contender.js';
import { DraftStore } from './draft-store.js';
import { pool } from './pool.js';

/** The draft that this project grew out of, in its behaviour: see README.md. */
export async function openDraft({ path, synchronous, work }: OpenContender): Promise<Contender> {
  const store = new DraftStore(path, synchronous);
  const runOne = (steps: number) => runDraft(store, steps, work);
  return {
    runs: ({ runs, steps, atATime }) => pool(runs, atATime, () => runOne(steps)),
    // It has no foreach: the steps of one run, one after the other, are the nearest.
    foreach: ({ items }) => runOne(items),
    close: async () => {
      store.db.close();
    },
  };
}

async function runDraft(store: DraftStore, steps: number, work: Work): Promise<void> {
  const runId = uuidv4();
  store.addRun(runId, `sequential-${steps}`, {});
  const context = {};
  for (let index = 0; index < steps; index++) await draftStep(store, { runId, stepId: stepKey(index), context, work });
  store.setStatus(runId, 'completed');
}

/** One step and where it stands. */
export interface DraftStepCall {
  readonly runId: string;
  readonly stepId: string;
  readonly context: object;
  readonly work: Work;
}

/** All steps are read, a completed one is passed over; else: started (two commits), the handler, completed (one). */
export async function draftStep(store: DraftStore, { runId, stepId, context, work }: DraftStepCall): Promise<void> {
  const known = store.readSteps(runId).find((step) => step.stepId === stepId);
  if (known?.status === 'completed') {
    Object.assign(context, known.result);
    return;
  }
  store.putStep(runId, stepId, 'running', null);
  store.addEvent(runId, 'step_started', { stepId });
  const result = await work();
  store.db.transaction(() => {
    store.putStep(runId, stepId, 'completed', result);
    store.addEvent(runId, 'step_completed', { stepId, result });
  })();
  Object.assign(context, result);
}
