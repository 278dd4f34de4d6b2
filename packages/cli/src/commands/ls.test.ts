import type { WorkflowStore } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { storedError } from '../test-support/changes.js';
import { cli, cliDocument, later } from '../test-support/cli.js';
import { folderWithRuns } from '../test-support/folder-with-runs.js';
import { makeRun, makeRunWith, runIdOf } from '../test-support/make-run.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const ls = ['ls', '--db', 't.db'];

describe('an empty database', () => {
  it('says that there are no runs, and how to start one', async () => {
    const cwd = await folderWithRuns(async () => null);
    expect(await cli(cwd, ls)).toEqual({
      status: 0,
      stdout: 'No runs yet. Start one: sisyphus run FILE\n',
      stderr: '',
    });
    expect(await cliDocument(cwd, ls)).toEqual({ status: 0, document: [] });
  });

  it('is not made by looking for one that is not there', async () => {
    const { status, stderr } = await cli(temporaryFolder(), ls);
    expect(status).toBe(2);
    expect(stderr).toContain('error DATABASE_MISSING: There is no database at ');
  });
});

describe('some runs', () => {
  const fill = async (store: WorkflowStore): Promise<void> => {
    await makeRunWith(store, 1, [{ type: 'workflow_completed', output: null, context: null }]);
    await makeRunWith(store, 2, [
      { type: 'workflow_failed', error: storedError('no such host\nat all', 'HTTP_FAILED'), stepKey: 'fetch' },
    ]);
    await makeRun(store, { number: 3, name: 'other', idempotencyKey: 'once', tags: { team: 'a' } });
  };

  it('are listed newest first, with what went wrong', async () => {
    const { status, stdout } = await cli(await folderWithRuns(fill), ls, later);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n').slice(1);
    expect(lines[0]).toMatch(new RegExp(`^${runIdOf(3)} +pending +(just now|\\d+s ago) +other +nobody works on it$`));
    expect(lines[1]).toMatch(/failed .* flow +no such host$/);
    expect(lines[2]).toMatch(/completed .* flow$/);
  });

  it('are listed by status, by several, and by name', async () => {
    const cwd = await folderWithRuns(fill);
    const idsOf = async (...options: string[]): Promise<unknown> => {
      const { document } = await cliDocument(cwd, [...ls, ...options]);
      return (document as { id: string }[]).map(({ id }) => id);
    };
    expect(await idsOf('--status', 'failed')).toEqual([runIdOf(2)]);
    expect(await idsOf('--status', 'failed,completed')).toEqual([runIdOf(2), runIdOf(1)]);
    expect(await idsOf('--status', 'failed', '--status', 'pending')).toEqual([runIdOf(3), runIdOf(2)]);
    expect(await idsOf('--name', 'other')).toEqual([runIdOf(3)]);
    expect(await idsOf('--limit', '2')).toEqual([runIdOf(3), runIdOf(2)]);
  });

  it('are an array of runs as a document', async () => {
    const { document } = await cliDocument(await folderWithRuns(fill), ls, later);
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(document).toHaveLength(3);
    expect((document as object[])[0]).toEqual({
      id: runIdOf(3),
      name: 'other',
      version: null,
      status: 'pending',
      reason: null,
      wakeAt: null,
      queue: 'default',
      priority: 0,
      concurrencyKey: null,
      parentRunId: null,
      error: null,
      idempotencyKey: 'once',
      tags: { team: 'a' },
      worker: null,
      leaseExpiresAt: null,
      unattended: 'nobody works on it',
      createdAt: instant,
      startedAt: null,
      finishedAt: null,
    });
    expect((document as object[])[1]).toMatchObject({
      status: 'failed',
      error: { message: 'no such host\nat all', code: 'HTTP_FAILED' },
      startedAt: instant,
      finishedAt: instant,
    });
  });

  it('say so when nobody works on one that is due, and how to go on', async () => {
    const { stderr } = await cli(await folderWithRuns(fill), ls, later);
    expect(stderr).toBe(
      `One run is due and nobody works queue default: sisyphus work --db t.db, or sisyphus resume ${runIdOf(3)} --db t.db\n`,
    );
  });

  it('say nothing of one that only just became due', async () => {
    expect((await cli(await folderWithRuns(fill), ls)).stderr).toBe('');
  });

  it('say when there are more of them', async () => {
    const { stderr } = await cli(await folderWithRuns(fill), [...ls, '--limit', '2']);
    expect(stderr).toContain('Only the newest 2 runs are shown; --limit shows more.');
  });

  it('fit a narrow terminal', async () => {
    const { stdout } = await cli(await folderWithRuns(fill), ls, {
      size: { columns: 70, rows: 20 },
      env: { NO_COLOR: '1' },
    });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(70);
  });
});

it('says that there is no such run where a filter finds none', async () => {
  const cwd = await folderWithRuns((store) => makeRun(store, { number: 1 }));
  expect((await cli(cwd, [...ls, '--name', 'x'])).stdout).toBe('No such runs.\n');
});

it('lists more than a page', async () => {
  const cwd = await folderWithRuns((store) =>
    store.createRuns(
      Array.from({ length: 1200 }, (_, index) => ({ id: runIdOf(index + 1), name: 'flow', input: null })),
    ),
  );
  const { document } = await cliDocument(cwd, [...ls, '--limit', '1100']);
  expect(document).toHaveLength(1100);
  expect((document as { id: string }[]).at(-1)?.id).toBe(runIdOf(101));
});

describe('runs in queues', () => {
  const inQueue = (store: WorkflowStore, number: number, queue: string, given = {}) =>
    makeRun(store, { number, queue, ...given });

  it('that nobody works are told of queue by queue', async () => {
    const cwd = await folderWithRuns(async (store) => {
      for (const number of [1, 2, 3]) await inQueue(store, number, 'mail');
      await inQueue(store, 4, 'web');
    });
    const { stderr } = await cli(cwd, [...ls, '--namespace', 'default'], later);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `One run is due and nobody works queue web: sisyphus work --queue web --db t.db --namespace default, or sisyphus resume ${runIdOf(4)} --db t.db`,
      '3 runs are due and nobody works queue mail: sisyphus work --queue mail --db t.db --namespace default',
    ]);
  });

  it('whose workers have their hands full are told of without a claim that nobody is there', async () => {
    const cwd = await folderWithRuns(async (store) => {
      await inQueue(store, 1, 'mail', { lease: { worker: 'test/1', leaseMs: 60_000 } });
      for (const number of [2, 3]) await inQueue(store, number, 'mail');
    });
    const { stderr } = await cli(cwd, ls, later);
    expect(stderr).toBe('2 runs are due in queue mail and not taken; 1 run of it is at work.\n');
  });

  it('of another namespace are listed when that is named, and only then', async () => {
    const cwd = await folderWithRuns(async (store) => {
      await makeRun(store, { number: 1, namespace: 'blue' });
      await makeRun(store, { number: 2 });
    });
    const idsOf = async (...options: string[]): Promise<unknown> => {
      const { document } = await cliDocument(cwd, [...ls, ...options]);
      return (document as { id: string }[]).map(({ id }) => id);
    };
    expect(await idsOf()).toEqual([runIdOf(2)]);
    expect(await idsOf('--namespace', 'blue')).toEqual([runIdOf(1)]);
  });
});

describe('a run that waits', () => {
  const now = new Date(2026, 0, 31, 14, 0, 0).getTime();

  it('is listed with until when and for what, and nobody is missed', async () => {
    const cwd = await folderWithRuns(async (store) => {
      const wakeAt = now + 330_000;
      await makeRunWith(store, 1, [{ type: 'workflow_suspended', wakeAt, delayMs: null, reason: 'retry:fetch' }]);
      await makeRun(store, { number: 2, wakeAt });
    });
    const { stdout, stderr } = await cli(cwd, ls, { now: () => now });
    const [, delayed, parked] = stdout.split('\n');
    expect(delayed).toMatch(/ pending .* flow +until 14:05:30 \(delayed start\)$/);
    expect(parked).toMatch(/ waiting .* flow +until 14:05:30 \(retry of fetch\)$/);
    expect(stderr).toBe('');
  });

  it('longer than it should is told of', async () => {
    const cwd = await folderWithRuns((store) =>
      makeRunWith(store, 1, [{ type: 'workflow_suspended', wakeAt: null, delayMs: 1, reason: 'sleep:nap' }]),
    );
    const { stdout, stderr } = await cli(cwd, ls, later);
    expect(stdout).toMatch(/ waiting .*nobody works on it$/m);
    expect(stderr).toContain('One run is due and nobody works queue default: ');
  });

  it('has its instant as a document', async () => {
    const cwd = await folderWithRuns((store) =>
      makeRunWith(store, 1, [{ type: 'workflow_suspended', wakeAt: now, delayMs: null, reason: 'sleep:nap' }]),
    );
    const { document } = await cliDocument(cwd, ls);
    expect(document).toMatchObject([{ status: 'waiting', reason: 'sleep:nap', wakeAt: new Date(now).toISOString() }]);
  });
});
