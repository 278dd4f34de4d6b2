import { expect, test } from 'vitest';
import { projectedRunColumns, projectedStepColumns } from '../../../model/projected-columns.js';
import { adoptRun } from './adopt-run.js';
import { adoptedEvent } from './adopted-event.js';
import { createPayloadKeeper } from './payload-keeper.js';

const draft = {
  run: { position: 1, id: 'r', name: 'wf', status: 'failed', input: '{}', context: '{}', createdAt: 1, updatedAt: 1 },
  steps: [{ position: 1, runId: 'r', stepId: 's', status: 'failed', result: '{}', attempts: 1, updatedAt: 1 }],
  events: [],
};

test('carries exactly the projected columns, and none of the operational ones', () => {
  const { run, steps } = adoptRun(draft, 5);
  const event = adoptedEvent({ run, steps, seq: 9, at: 77, keeper: createPayloadKeeper() });
  expect(event).toMatchObject({ runId: 'r', seq: 9, at: 77, type: 'run_adopted', source: 'engine', stepKey: null });
  const { snapshot } = JSON.parse(event.payload);
  expect(Object.keys(snapshot.run)).toEqual([...projectedRunColumns]);
  expect(snapshot.steps.map(Object.keys)).toEqual([[...projectedStepColumns]]);
});
