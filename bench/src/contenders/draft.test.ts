import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fillDraft } from '../fixtures/fill-draft.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { payload, stepKey } from '../workload.js';
import { draftStep, openDraft } from './draft.js';
import { DraftStore } from './draft-store.js';

it('leaves a step with its result and the two events of the draft', async () => {
  const path = join(temporaryFolder(), 'draft.db');
  const draft = await openDraft({ path, synchronous: 'NORMAL', work: () => payload });
  await draft.runs({ runs: 1, steps: 1, atATime: 1 });
  await draft.close();
  const { db } = new DraftStore(path, 'NORMAL');
  expect(db.prepare('SELECT step_id, status, result FROM workflow_steps').all()).toEqual([
    { step_id: stepKey(0), status: 'completed', result: JSON.stringify(payload) },
  ]);
  expect(db.prepare('SELECT type FROM audit_events ORDER BY id').pluck().all()).toEqual([
    'workflow_started',
    'step_started',
    'step_completed',
    'workflow_completed',
  ]);
  db.close();
});

it('passes over a completed step without its handler', async () => {
  const store = new DraftStore(join(temporaryFolder(), 'draft.db'), 'NORMAL');
  store.addRun('run', 'resumed', {});
  fillDraft(store, 'run', 0, 2);
  const context = {};
  const work = () => {
    throw new Error('a completed step was entered');
  };
  await draftStep(store, { runId: 'run', stepId: stepKey(1), context, work });
  expect(context).toEqual(payload);
  store.db.close();
});
