import { WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import { expect, it } from 'vitest';
import { cli } from '../test-support/cli.js';
import { folderWithRuns, inDatabase } from '../test-support/folder-with-runs.js';
import { runIdOf } from '../test-support/make-run.js';

const runId = runIdOf(1);
const pay = defineHandler({ type: 'pay', delivery: 'at-most-once', run: () => ({ paid: 'again' }) });

/** A folder whose database has a run with a step that was cut off, and is in doubt. */
function folder(): Promise<string> {
  const started = { stepKey: 'pay', attempt: 1, stepId: 'pay', stepType: 'pay', delivery: 'at-most-once' } as const;
  const change = { type: 'step_started', ...started, inputHash: null, itemCount: null, attemptsBase: null } as const;
  return folderWithRuns(async (store) => {
    const executor = new WorkflowExecutor(store, [pay], { parkAfterMs: 0 });
    const { runId: id } = await executor.start({ name: 'w', steps: [{ id: 'pay', type: 'pay' }] }, null, {
      runId,
      detach: true,
    });
    const [claim] = await store.claimRuns({ runIds: [id], mode: 'continue', worker: 'gone', leaseMs: 1 });
    if (claim?.kind !== 'claimed') throw new Error('It was free.');
    await store.record(claim.lease, [change]);
    return executor.resume(runId, undefined, { takeover: true, until: 'idle' });
  });
}

it.each([
  ['--completed with a result', ['--completed', '{"paid":1}'], { paid: 1 }],
  ['--completed without one', ['--completed'], {}],
  ['--retry', ['--retry'], { paid: 'again' }],
])('a step in doubt goes on with %s', async (_, options, context) => {
  const cwd = await folder();
  const { status, stdout } = await cli(cwd, ['resolve', '--db', 't.db', runId, 'pay', ...options]);
  expect([status, stdout]).toEqual([0, `resolved "pay" of ${runId}\n`]);
  const end = await inDatabase(cwd, (store) => new WorkflowExecutor(store, [pay]).resume(runId));
  expect(end).toMatchObject({ status: 'completed', context });
});

it('a step in doubt fails with --failed', async () => {
  const cwd = await folder();
  await cli(cwd, ['resolve', '--db', 't.db', runId, 'pay', '--failed', 'the bank knows nothing']);
  const end = inDatabase(cwd, (store) => new WorkflowExecutor(store, [pay]).resume(runId));
  await expect(end).rejects.toThrow('the bank knows nothing');
});
