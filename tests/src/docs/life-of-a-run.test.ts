import { parseDefinition, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { expect, test } from 'vitest';
import { codesIn, readTable } from './support/markdown-table.js';

test('a run of two steps is committed the way ARCHITECTURE.md tells its life', async () => {
  const told = readTable('ARCHITECTURE.md', 'The life of a run');
  const store = await openStore(':memory:');
  const ids: string[] = [];
  // A handler that returns later, so that each outcome comes in a turn of its own.
  const later = (step: Readonly<Record<string, unknown>>) => new Promise((resolve) => setImmediate(resolve, step.id));
  const executor = new WorkflowExecutor(store, { later });
  const workflow = parseDefinition('{ name: told, steps: [{ id: log, type: later }, { id: render, type: later }] }');
  const { runId } = await executor.execute(workflow);
  const events = await executor.events(runId);
  for (const { type, stepKey } of events) ids.push(stepKey === null ? type : `${type} ${stepKey}`);
  const state = await executor.state(runId);
  await store.close();

  const expected = told.flatMap((row) => changesIn(row.changes ?? ''));
  expect(ids).toEqual(expected);
  // Every commit raises the revision by one.
  expect(state?.revision).toBe(told.length);
});

/** `` `step_completed` (log) `` as `step_completed log`. */
function changesIn(cell: string): readonly string[] {
  expect(codesIn(cell).length).toBeGreaterThan(0);
  return [...cell.matchAll(/`(\w+)`(?: \((\w+)\))?/g)].map(([, type, step]) =>
    step === undefined ? `${type}` : `${type} ${step}`,
  );
}
