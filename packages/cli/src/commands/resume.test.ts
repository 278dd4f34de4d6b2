import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { started } from '../test-support/changes.js';
import { cli, cliDocument } from '../test-support/cli.js';
import { failedFlow, failedRun, failedRunOptions as options } from '../test-support/failed-run.js';
import { folderWithRuns, inDatabase } from '../test-support/folder-with-runs.js';
import { jsonText, makeRunWith, runIdOf } from '../test-support/make-run.js';

describe('a failed run', () => {
  it('goes on from the step that failed; what was done is not done again', async () => {
    const { cwd, runId, open } = await failedRun();
    open();
    const { status, stdout } = await cli(cwd, ['resume', runId, ...options]);
    expect(status).toBe(0);
    expect(stdout.replaceAll(/\d+ms/g, 'Nms')).toBe(
      `run ${runId} flow\ngate started (gate)\ngate completed in Nms\nlast started (transform)\nlast completed in Nms\n` +
        'completed in Nms · 2 steps ran, 1 done before\noutput  through\n',
    );
  });

  it('fails again while the cause is there; status 1', async () => {
    const { cwd, runId } = await failedRun();
    const { status, stdout } = await cli(cwd, ['resume', runId.slice(-8), ...options]);
    expect(status).toBe(1);
    expect(stdout).toContain('failed at step gate');
  });

  it('tells of itself as JSON: id first, result last', async () => {
    const { cwd, runId, open } = await failedRun();
    open();
    const { stdout } = await cli(cwd, ['resume', runId, ...options, '--json']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines[0]).toEqual({ type: 'run', runId, name: 'flow', created: false });
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      status: 'completed',
      output: 'through',
      steps: { ran: 2, skipped: 0, doneBefore: 1 },
    });
  });
});

it('leaves a completed run as it is; status 0', async () => {
  const { cwd, runId, open } = await failedRun();
  open();
  await cli(cwd, ['resume', runId, ...options]);
  const { status, stdout } = await cli(cwd, ['resume', runId, ...options]);
  expect(status).toBe(0);
  expect(stdout).toBe(`run ${runId} flow\ncompleted before: nothing was left to do\noutput  through\n`);
});

it('ends with 2 when the handlers were not given, and changes nothing', async () => {
  const { cwd, runId } = await failedRun();
  const { status, document } = await cliDocument(cwd, ['resume', runId, '--db', 't.db']);
  expect(status).toBe(2);
  expect(document).toMatchObject({ error: { code: 'HANDLER_NOT_FOUND' } });
  expect(await inDatabase(cwd, (store) => store.readRun(runId))).toMatchObject({ status: 'failed', fence: 1 });
});

it('ends with 2 when there is no such run', async () => {
  const { cwd } = await failedRun();
  expect((await cli(cwd, ['resume', runIdOf(9), ...options])).status).toBe(2);
});

describe('a run that another worker holds', () => {
  const definition = {
    hash: 'a'.repeat(64),
    name: 'flow',
    version: null,
    body: jsonText({ name: 'flow', steps: [{ id: 'a', type: 'transform', with: { value: 1 } }] }),
  };
  const held = (): Promise<string> =>
    folderWithRuns(async (store) => {
      const lease = { worker: 'other/1', leaseMs: 60_000 };
      const [run] = await store.createRuns([{ id: runIdOf(1), name: 'flow', input: null, definition, lease }]);
      if (run?.lease == null) throw new Error('The run is not held.');
      await store.record(run.lease, [started('a')]);
    });

  it('is refused with the holder; status 1', async () => {
    const { status, document } = await cliDocument(await held(), ['resume', runIdOf(1), '--db', 't.db']);
    expect(status).toBe(1);
    expect(document).toMatchObject({ error: { code: 'RUN_HELD', details: { holder: 'other/1' } } });
  });

  it('is not announced to a person either', async () => {
    const { stdout, stderr } = await cli(await held(), ['resume', runIdOf(1), '--db', 't.db']);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error RUN_HELD: .*--takeover/);
  });

  it('is taken over when that is asked for', async () => {
    const cwd = await held();
    expect((await cli(cwd, ['resume', runIdOf(1), '--db', 't.db', '--takeover'])).status).toBe(0);
    expect(await inDatabase(cwd, (store) => store.readRun(runIdOf(1)))).toMatchObject({
      status: 'completed',
      fence: 2,
    });
  });
});

describe('a workflow file that differs from the stored one', () => {
  const changed = failedFlow
    .replace('value: 1', 'value: 2')
    .replace('output: "${{ steps.gate.output }}"', 'output: changed');

  it.each([
    ['is refused', [], 2, 'DEFINITION_DRIFT'],
    ['is left aside with --on-drift pinned', ['--on-drift', 'pinned'], 0, 'output  through'],
    ['is gone on with with --on-drift upgrade', ['--on-drift', 'upgrade'], 0, 'output  changed'],
  ])('%s', async (_, drift, expected, words) => {
    const { cwd, runId, open } = await failedRun();
    open();
    writeFileSync(join(cwd, 'changed.yaml'), changed);
    const argv = ['resume', runId, ...options, '--workflow', 'changed.yaml', ...drift];
    const { status, stdout, stderr } = await cli(cwd, argv);
    expect(status).toBe(expected);
    expect(stdout + stderr).toContain(words);
  });
});

it('asks for the workflow of a run that has none stored; status 2', async () => {
  const cwd = await folderWithRuns(async (store) => {
    const lease = await makeRunWith(store, 1, []);
    await store.record(lease, [{ type: 'run_released' }]);
  });
  const { status, document } = await cliDocument(cwd, ['resume', runIdOf(1), '--db', 't.db']);
  expect(status).toBe(2);
  expect(document).toMatchObject({
    error: { code: 'DEFINITION_MISSING', message: expect.stringContaining('--workflow') },
  });
});
