import { describe, expect, it } from 'vitest';
import { emptyBatch } from './batch.js';
import { endRun } from './end-run.js';
import { Journal } from './journal.js';
import type { RunProgress } from './run-progress.js';
import { dataProgressOf } from './test-support/data-progress.js';
import { heldHandlers } from './test-support/handlers.js';
import { planOf } from './test-support/plan.js';
import { rowOf } from './test-support/rows.js';

const { registry } = heldHandlers();

function ended(
  output: unknown,
  {
    ending = null,
    rows = [rowOf('a', { result: '{"n":1}' })],
  }: { ending?: RunProgress['ending']; rows?: ReturnType<typeof rowOf>[] } = {},
) {
  const plan = planOf([{ id: 'a' }], output === undefined ? {} : { output });
  const progress = dataProgressOf(plan, { runId: 'r', input: { i: 0 }, journal: new Journal(rows) }, { registry });
  progress.advance(emptyBatch());
  progress.ending = ending;
  const batch = emptyBatch();
  endRun(progress, batch);
  return batch.changes;
}

describe("a run's last change", () => {
  it('completes it with its context and its output', () => {
    expect(ended({ got: '${{ steps.a.output.n }}' })).toEqual([
      { type: 'workflow_completed', output: '{"got":1}', context: '{"i":0,"n":1}' },
    ]);
  });

  it('completes it with null where the definition has no output', () => {
    expect(ended(undefined)).toMatchObject([{ type: 'workflow_completed', output: 'null' }]);
  });

  it('fails it when its output cannot be evaluated; its steps stay completed', () => {
    expect(ended('${{ input.missing.deeper }}')).toMatchObject([
      { type: 'workflow_failed', stepKey: null, error: { message: expect.stringContaining('output') } },
    ]);
  });

  it('cancels what is open before it fails or cancels the run', () => {
    const rows = [rowOf('a', { status: 'running' })];
    const error = {
      name: 'Error',
      message: 'no',
      code: null,
      retryable: null,
      details: null,
      stack: null,
      cause: null,
    };
    const failed = ended(undefined, { rows, ending: { kind: 'failed', failure: { stepKey: 'b', error } } });
    expect(failed).toMatchObject([
      { type: 'step_cancelled', stepKey: 'a' },
      { type: 'workflow_failed', stepKey: 'b', error },
    ]);
    const cancelled = ended(undefined, { rows, ending: { kind: 'cancelled', reason: 'enough' } });
    expect(cancelled).toMatchObject([{ type: 'step_cancelled' }, { type: 'workflow_cancelled', reason: 'enough' }]);
  });

  it('gives a released run back as it is, and completes one that has nothing left to do', () => {
    expect(ended(undefined, { rows: [rowOf('a', { status: 'running' })], ending: { kind: 'released' } })).toEqual([
      { type: 'run_released' },
    ]);
    expect(ended(undefined, { ending: { kind: 'released' } })).toMatchObject([{ type: 'workflow_completed' }]);
  });
});
