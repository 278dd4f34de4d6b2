import { type WorkflowDefinition, WorkflowExecutor } from '@sisyphus-state/executor';
import { describe, expect, it } from 'vitest';
import { cli, cliDocument } from '../test-support/cli.js';
import { folderWithRuns, inDatabase } from '../test-support/folder-with-runs.js';
import { runIdOf } from '../test-support/make-run.js';

const runId = runIdOf(1);
const on = (...args: string[]) => [args[0] ?? '', '--db', 't.db', runId, ...args.slice(1)];

/** A folder whose database has a run that waits with an approval, then for a signal. */
function folder(): Promise<string> {
  const steps: WorkflowDefinition['steps'] = [
    { id: 'ask', type: 'approval', with: { message: 'Publish?' } },
    { id: 'go', type: 'wait-for-signal', with: { signal: 'go' } },
  ];
  return folderWithRuns(async (store) => {
    const executor = new WorkflowExecutor(store, {}, { parkAfterMs: 0 });
    return executor.execute({ name: 'w', steps }, null, { runId, until: 'idle' });
  });
}

const stateIn = (cwd: string) => inDatabase(cwd, (store) => store.getRunState(runId));
const runOn = (cwd: string) =>
  inDatabase(cwd, (store) => new WorkflowExecutor(store).resume(runId, undefined, { until: 'idle' }));

describe('speaking to a run that waits', () => {
  it('approves, once: a second answer is told that it came too late (pitfall 19)', async () => {
    const cwd = await folder();
    expect(await cli(cwd, on('approve', 'ask', '--by', 'ann'))).toMatchObject({
      status: 0,
      stdout: `approved "ask" of ${runId}\n`,
      stderr: `A worker goes on with it: sisyphus work --db t.db, or sisyphus resume ${runId} --db t.db\n`,
    });
    const second = await cli(cwd, on('reject', 'ask'));
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining('answered by somebody else before')]);
    expect(await runOn(cwd)).toMatchObject({ status: 'waiting', reason: 'signal:go' });
    expect((await stateIn(cwd))?.steps[0]).toMatchObject({ result: { approved: true, by: 'ann' } });
  });

  it('rejects, and the run fails with who and why', async () => {
    const cwd = await folder();
    await cli(cwd, on('reject', 'ask', '--by', 'ann', '--comment', 'not on Fridays'));
    await expect(runOn(cwd)).rejects.toThrow('rejected by ann: not on Fridays');
  });

  it('sends a signal with a payload, before it is waited for', async () => {
    const cwd = await folder();
    expect(await cliDocument(cwd, on('signal', 'go', '{"n":1}'))).toEqual({
      status: 0,
      document: { runId, name: 'go', outcome: 'received' },
    });
    await cli(cwd, on('approve', 'ask'));
    expect(await runOn(cwd)).toMatchObject({ status: 'completed', context: { n: 1 } });
    expect(await cli(cwd, on('signal', 'go'))).toMatchObject({ status: 1 });
  });

  it.each([
    ['a payload that is no JSON', on('signal', 'go', '{n:1}'), 'INPUT_NOT_JSON'],
    ['a step that asks nothing', on('approve', 'go'), 'NOT_ASKED'],
    ['a step that is not in doubt', on('resolve', 'ask', '--retry'), 'NOT_ASKED'],
    ['no outcome', on('resolve', 'ask'), 'USAGE'],
    ['two outcomes', on('resolve', 'ask', '--retry', '--failed', 'x'), 'USAGE'],
  ])('is refused with %s', async (_, args, code) => {
    const { status, stdout } = await cli(await folder(), [...args, '--json']);
    expect(status).toBeGreaterThan(0);
    expect(stdout).toContain(code);
  });
});

describe('pausing a run', () => {
  it('lets it stand still, says how it goes on, and may be done twice', async () => {
    const cwd = await folder();
    const { status, stdout } = await cli(cwd, on('pause', '--reason', 'lunch'));
    expect([status, stdout]).toEqual([0, expect.stringContaining(`sisyphus resume`)]);
    expect(await stateIn(cwd)).toMatchObject({ status: 'paused', reason: 'lunch' });
    expect(await cliDocument(cwd, on('pause'))).toEqual({ status: 0, document: { runId, outcome: 'unchanged' } });
    await cli(cwd, ['cancel', '--db', 't.db', runId]);
    expect(await cli(cwd, on('pause'))).toMatchObject({ status: 1 });
  });
});
