import { describe, expect, it } from 'vitest';
import { started, suspended, waiting } from '../test-support/changes.js';
import { cli, cliDocument } from '../test-support/cli.js';
import { folderWithRuns, inDatabase } from '../test-support/folder-with-runs.js';
import { makeRun, makeRunWith, runIdOf } from '../test-support/make-run.js';

const cancel = ['cancel', '--db', 't.db', runIdOf(1)];

describe('a run that nobody holds', () => {
  it('is cancelled at once, with the reason', async () => {
    const cwd = await folderWithRuns((store) => makeRun(store, { number: 1 }));
    const { status, stdout } = await cli(cwd, [...cancel, '--reason', 'wrong repo']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `cancelled ${runIdOf(1)}\n` });
    const run = await inDatabase(cwd, (store) => store.readRun(runIdOf(1)));
    expect(run).toMatchObject({ status: 'cancelled', reason: 'wrong repo' });
  });

  it('may be cancelled twice', async () => {
    const cwd = await folderWithRuns((store) => makeRun(store, { number: 1 }));
    expect(await cliDocument(cwd, cancel)).toEqual({
      status: 0,
      document: { runId: runIdOf(1), outcome: 'cancelled', status: 'cancelled' },
    });
    expect(await cliDocument(cwd, cancel)).toEqual({
      status: 0,
      document: { runId: runIdOf(1), outcome: 'ended', status: 'cancelled' },
    });
  });
});

it('asks the worker that holds the run', async () => {
  const cwd = await folderWithRuns((store) => makeRunWith(store, 1, [started('log')]));
  const { status, stdout } = await cli(cwd, cancel);
  expect(status).toBe(0);
  expect(stdout).toContain('Asked its worker test/1 to cancel');
  const mail = await inDatabase(cwd, (store) => store.readMail(runIdOf(1)));
  expect(mail.map(({ kind }) => kind)).toEqual(['cancel']);
});

it('does nothing to a run that completed, status 1', async () => {
  const cwd = await folderWithRuns((store) =>
    makeRunWith(store, 1, [{ type: 'workflow_completed', output: null, context: null }]),
  );
  const { status, stdout } = await cli(cwd, cancel);
  expect(status).toBe(1);
  expect(stdout).toContain('was completed already');
});

it('ends with 2 when there is no such run', async () => {
  expect((await cli(await folderWithRuns(async () => null), cancel)).status).toBe(2);
});

it('ends a run that is parked, and the step that waits', async () => {
  const wakeAt = Date.now() + 3_600_000;
  const cwd = await folderWithRuns((store) =>
    makeRunWith(store, 1, [waiting('nap', wakeAt), suspended(wakeAt, 'sleep:nap')]),
  );
  expect((await cli(cwd, cancel)).stdout).toBe(`cancelled ${runIdOf(1)}\n`);
  const state = await inDatabase(cwd, (store) => store.getRunState(runIdOf(1)));
  expect(state).toMatchObject({ status: 'cancelled', wakeAt: null, steps: [{ stepKey: 'nap', status: 'cancelled' }] });
});
