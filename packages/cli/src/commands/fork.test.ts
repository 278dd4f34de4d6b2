import { describe, expect, it } from 'vitest';
import { cli, cliDocument, later } from '../test-support/cli.js';
import { failedRun, failedRunOptions as options } from '../test-support/failed-run.js';
import { inDatabase } from '../test-support/folder-with-runs.js';
import { runIdOf } from '../test-support/make-run.js';

describe('a fork', () => {
  it('goes on from a step, with what was done before it', async () => {
    const { cwd, runId, open } = await failedRun();
    open();
    const { status, stdout } = await cli(cwd, ['fork', runId.slice(-8), '--from', 'gate', ...options]);
    expect(status).toBe(0);
    const forkId = stdout.split(' ')[1] ?? '';
    expect(forkId).not.toBe(runId);
    expect(stdout.replaceAll(/\d+ms/g, 'Nms')).toBe(
      `run ${forkId} flow\ngate started (gate)\ngate completed in Nms\nlast started (transform)\nlast completed in Nms\n` +
        'completed in Nms · 2 steps ran, 1 done before\noutput  through\n',
    );
    expect(await inDatabase(cwd, (store) => store.readRun(runId))).toMatchObject({ status: 'failed' });
  });

  it('tells of itself as JSON: id first, result last', async () => {
    const { cwd, runId, open } = await failedRun();
    open();
    const { stdout } = await cli(cwd, ['fork', runId, '--from', 'gate', ...options, '--json']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly runId?: string });
    expect(lines[0]).toEqual({ type: 'run', runId: expect.any(String), name: 'flow', created: true });
    expect(lines[0]?.runId).not.toBe(runId);
    expect(lines.at(-1)).toMatchObject({ type: 'result', status: 'completed', output: 'through' });
  });

  it('fails where its source failed while the cause is there; status 1', async () => {
    const { cwd, runId } = await failedRun();
    const { status, stdout } = await cli(cwd, ['fork', runId, '--from', 'gate', ...options]);
    expect(status).toBe(1);
    expect(stdout).toContain('failed at step gate');
  });

  it('is left to workers when that is asked for; the same key makes no second one', async () => {
    const { cwd, runId, open } = await failedRun();
    open();
    const argv = [
      'fork',
      runId,
      '--from',
      'gate',
      '--db',
      't.db',
      '--detach',
      '--idempotency-key',
      'k',
      '--queue',
      'q',
    ];
    const { status, document } = await cliDocument(cwd, argv);
    expect(status).toBe(0);
    expect(document).toEqual({ runId: expect.any(String), name: 'flow', created: true, status: 'pending', queue: 'q' });
    const { runId: forkId } = document as { readonly runId: string };
    expect(await cli(cwd, argv)).toMatchObject({ status: 0, stdout: `${forkId}\n` });
    await cli(cwd, ['work', '--queue', 'q', '--until-idle', ...options], later);
    expect(await inDatabase(cwd, (store) => store.readRun(forkId))).toMatchObject({ status: 'completed' });
  });

  it('says where it comes from, to people and to programs', async () => {
    const { cwd, runId } = await failedRun();
    const { document } = await cliDocument(cwd, ['fork', runId, '--from', 'gate', '--db', 't.db', '--detach']);
    const { runId: forkId } = document as { readonly runId: string };
    const shown = await cli(cwd, ['show', forkId, '--db', 't.db']);
    expect(shown.stdout).toContain(`\nforked    from gate of ${runId}\n`);
    const { document: json } = await cliDocument(cwd, ['show', forkId, '--db', 't.db']);
    expect(json).toMatchObject({ forkedFrom: { runId, from: 'gate' } });
    const events = await cli(cwd, ['events', forkId, '--db', 't.db']);
    expect(events.stdout).toContain(`run_forked            of ${runId} from gate`);
  });
});

describe('a fork that is refused makes nothing; status 2', () => {
  it.each([
    ['when there is no such run', runIdOf(9), ['--from', 'gate', ...options], 'RUN_NOT_FOUND'],
    ['when the run has no such step', null, ['--from', 'gat', ...options], 'FORK_STEP'],
    ['when the step has not begun', null, ['--from', 'last', ...options], 'FORK_STEP'],
    ['when the handlers were not given', null, ['--from', 'gate', '--db', 't.db'], 'HANDLER_NOT_FOUND'],
  ])('%s', async (_, named, rest, code) => {
    const { cwd, runId } = await failedRun();
    const { status, document } = await cliDocument(cwd, ['fork', named ?? runId, ...rest]);
    expect(status).toBe(2);
    expect(document).toMatchObject({ error: { code } });
    expect(await inDatabase(cwd, (store) => store.listRuns())).toHaveLength(1);
  });

  it('when no step is named', async () => {
    const { cwd, runId } = await failedRun();
    expect((await cli(cwd, ['fork', runId, '--db', 't.db'])).status).toBe(2);
  });
});
