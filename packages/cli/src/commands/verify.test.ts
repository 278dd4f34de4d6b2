import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { completed, started } from '../test-support/changes.js';
import { cli, cliDocument } from '../test-support/cli.js';
import { folderWithRuns } from '../test-support/folder-with-runs.js';
import { jsonText, makeRun, makeRunWith, runIdOf } from '../test-support/make-run.js';

const verify = ['verify', '--db', 't.db'];

function withRuns(): Promise<string> {
  return folderWithRuns(async (store) => {
    await makeRunWith(store, 1, [started('log'), completed('log', { result: jsonText('x'.repeat(9000)) })]);
    await makeRun(store, { number: 2 });
  });
}

/** Changes the tables behind the log's back. */
function tamper(cwd: string, sql: string): void {
  const db = new Database(join(cwd, 't.db'));
  db.exec(sql);
  db.close();
}

describe('a database that holds', () => {
  it('is said to, status 0', async () => {
    expect(await cli(await withRuns(), verify)).toEqual({
      status: 0,
      stdout: 'verified 2 runs, 5 events: the logs and the tables agree\n',
      stderr: '',
    });
  });

  it('is said to in a document', async () => {
    expect(await cliDocument(await withRuns(), verify)).toEqual({
      status: 0,
      document: { runs: 2, events: 5, discrepancies: [], moving: [] },
    });
  });
});

describe('a database that was tampered with', () => {
  it('is shown where it differs, status 1', async () => {
    const cwd = await withRuns();
    tamper(cwd, `UPDATE workflow_steps SET status = 'failed' WHERE step_key = 'log'`);
    const { status, stdout } = await cli(cwd, verify);
    expect(status).toBe(1);
    expect(stdout).toBe(
      `differs ${runIdOf(1)} flow\n  step log.status: the log says completed, the table says failed\n2 runs, 5 events: 1 difference\n`,
    );
  });

  it('is shown in a document', async () => {
    const cwd = await withRuns();
    tamper(cwd, "UPDATE workflow_runs SET status = 'completed' WHERE name = 'flow'");
    const { status, document } = await cliDocument(cwd, verify);
    expect(status).toBe(1);
    expect(document).toMatchObject({
      discrepancies: [
        { runId: runIdOf(2), where: 'run.status', folded: 'pending', stored: 'completed' },
        { runId: runIdOf(1), where: 'run.status', folded: 'running', stored: 'completed' },
      ],
    });
  });

  it('is not noticed by verifying another run', async () => {
    const cwd = await withRuns();
    tamper(cwd, `UPDATE workflow_runs SET status = 'completed' WHERE id = '${runIdOf(1)}'`);
    expect((await cli(cwd, [...verify, runIdOf(2)])).status).toBe(0);
    expect((await cli(cwd, [...verify, runIdOf(1)])).status).toBe(1);
  });

  it('shows a value that is gone', async () => {
    const cwd = await withRuns();
    tamper(cwd, 'PRAGMA foreign_keys = OFF; DELETE FROM payloads');
    const { status, stdout } = await cli(cwd, verify);
    expect(status).toBe(1);
    expect(stdout).toContain('no body in payloads');
  });
});

it('ends with 2 when there is no such run', async () => {
  expect((await cli(await withRuns(), [...verify, runIdOf(9)])).status).toBe(2);
});
