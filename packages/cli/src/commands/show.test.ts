import type { WorkflowStore } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import {
  completed,
  failed,
  retrying,
  skipped,
  started,
  storedError,
  suspended,
  waiting,
} from '../test-support/changes.js';
import { cli, cliDocument, later } from '../test-support/cli.js';
import { folderWithRuns } from '../test-support/folder-with-runs.js';
import { jsonText, makeRun, makeRunWith, runIdOf } from '../test-support/make-run.js';

const show = ['show', '--db', 't.db'];
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function failedRun(store: WorkflowStore): Promise<void> {
  const definition = {
    hash: 'a'.repeat(64),
    name: 'flow',
    version: null,
    body: jsonText({
      name: 'flow',
      steps: ['log', 'classify', 'publish', 'mail'].map((id) => ({ id, type: 'shell' })),
    }),
  };
  const lease = { worker: 'test/1', leaseMs: 60_000 };
  const [run] = await store.createRuns([
    { id: runIdOf(1), name: 'flow', input: jsonText({ repo: '.' }), definition, lease, idempotencyKey: 'once' },
  ]);
  if (run?.lease == null) throw new Error('The run is not held.');
  await store.record(run.lease, [
    started('log'),
    completed('log', { result: jsonText({ lines: ['a'] }) }),
    started('classify', { itemCount: 12 }),
    ...Array.from({ length: 11 }, (_, index) => [
      started(`classify[${index}]`),
      completed(`classify[${index}]`),
    ]).flat(),
    started('classify[11]'),
    failed('classify[11]', 'exit code 1\nstderr: no'),
    failed('classify', 'exit code 1\nstderr: no'),
    skipped('publish'),
    {
      type: 'workflow_failed',
      error: { ...storedError('exit code 1\nstderr: no', 'SHELL_EXIT_CODE'), cause: storedError('no disk') },
      stepKey: 'classify[11]',
    },
  ]);
}

describe('a failed run', () => {
  it('is shown with its steps, its error to the last line, and what to do next', async () => {
    const { status, stdout } = await cli(await folderWithRuns(failedRun), [...show, runIdOf(1)]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^run ${runIdOf(1)} flow\nstatus    failed\ncreated   .*\nfinished  .*, after .*\nkey       once\n`),
    );
    expect(stdout).toContain('\ninput     {"repo":"."}\n');
    expect(stdout).toContain(
      '\nerror     SHELL_EXIT_CODE: exit code 1\n          stderr: no\n          because no disk\n\nSTEP',
    );
    expect(stdout).toMatch(/^log +shell +completed +1 +\d+ms$/m);
    expect(stdout).toMatch(/^classify +shell +failed +\d+ms {2}11\/12 items: exit code 1$/m);
    expect(stdout).toMatch(/^publish +shell +skipped$/m);
    expect(stdout).toMatch(/^mail +shell +pending$/m);
    expect(stdout).toMatch(/\n\nMend the cause, then go on from there:\n {2}sisyphus resume \S+ --db t\.db\n$/);
  });

  it('shows the items of a foreach that did not go well, and all of them when asked', async () => {
    const cwd = await folderWithRuns(failedRun);
    const { stdout } = await cli(cwd, [...show, runIdOf(1)]);
    expect(stdout.match(/classify\[\d+\]/g)).toEqual(['classify[11]']);
    const { stdout: all } = await cli(cwd, [...show, runIdOf(1), '--all']);
    expect(all.match(/classify\[\d+\]/g)).toEqual(Array.from({ length: 12 }, (_, index) => `classify[${index}]`));
  });

  it('is a document of the promised shape', async () => {
    const { status, document } = await cliDocument(await folderWithRuns(failedRun), [...show, runIdOf(1)]);
    expect(status).toBe(0);
    const { steps, ...run } = document as { steps: object[] };
    expect(run).toEqual({
      id: runIdOf(1),
      name: 'flow',
      status: 'failed',
      reason: null,
      wakeAt: null,
      queue: 'default',
      priority: 0,
      concurrencyKey: null,
      parentRunId: null,
      forkedFrom: null,
      input: { repo: '.' },
      context: null,
      output: null,
      error: expect.objectContaining({ code: 'SHELL_EXIT_CODE', message: 'exit code 1\nstderr: no' }),
      ...{ deadlineAt: null, budget: null, usage: null, budgetUsage: null, paused: null },
      createdAt: instant,
      startedAt: instant,
      finishedAt: instant,
    });
    expect(steps[0]).toEqual({
      stepKey: 'log',
      type: 'shell',
      status: 'completed',
      attempts: 1,
      result: { lines: ['a'] },
      error: null,
      wakeAt: null,
      childRunId: null,
      startedAt: instant,
      finishedAt: instant,
    });
    expect(steps).toHaveLength(15);
  });

  it('fits a narrow terminal', async () => {
    const { stdout } = await cli(await folderWithRuns(failedRun), [...show, runIdOf(1)], {
      size: { columns: 50, rows: 20 },
      env: { NO_COLOR: '1' },
    });
    const table = stdout.slice(stdout.indexOf('STEP'), stdout.indexOf('\n\nMend'));
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(50);
  });
});

it.each([
  ['0', 0],
  ['""', ''],
  ['false', false],
  ['null', null],
  ['[]', []],
  ['{"__proto__":1}', JSON.parse('{"__proto__":1}')],
])('gives the output %s back as it is', async (text, output) => {
  const cwd = await folderWithRuns((store) =>
    makeRunWith(store, 1, [{ type: 'workflow_completed', output: text as never, context: null }]),
  );
  const { document } = await cliDocument(cwd, [...show, runIdOf(1)]);
  expect((document as { output: unknown }).output).toEqual(output);
  expect(JSON.stringify((document as { output: unknown }).output)).toBe(text);
});

it('gives a value over 8 KiB back whole', async () => {
  const big = 'x'.repeat(100_000);
  const cwd = await folderWithRuns((store) =>
    makeRunWith(store, 1, [started('a'), completed('a', { result: jsonText(big) })]),
  );
  const { document } = await cliDocument(cwd, [...show, runIdOf(1)]);
  expect((document as { steps: { result: unknown }[] }).steps[0]?.result).toBe(big);
});

it('says so when nobody works on a run that is due', async () => {
  const cwd = await folderWithRuns((store) => makeRun(store, { number: 1, queue: 'mail' }));
  const { stdout } = await cli(cwd, [...show, runIdOf(1)], later);
  expect(stdout).toContain(
    `This run is due, but nobody works on it. To go on:\n  sisyphus resume ${runIdOf(1)} --db t.db\n` +
      'With all that is due in its queue:\n  sisyphus work --queue mail --db t.db\n',
  );
});

describe('a run that waits', () => {
  const now = new Date(2026, 0, 31, 14, 0, 0).getTime();
  const wakeAt = now + 330_000;
  const parked = (): Promise<string> =>
    folderWithRuns((store) =>
      makeRunWith(store, 1, [
        started('fetch'),
        retrying('fetch', 'busy', { delayMs: 60_000 }),
        waiting('nap', wakeAt),
        suspended(wakeAt, 'sleep:nap'),
      ]),
    );

  it('says until when, how long that still is, and for what', async () => {
    const { stdout } = await cli(await parked(), [...show, runIdOf(1)], { now: () => now });
    expect(stdout).toMatch(/^status {4}waiting until 14:05:30 \(sleep nap\), in 5m 30s$/m);
    expect(stdout).toMatch(/^fetch +shell +pending +1 .* next attempt .*: busy$/m);
    expect(stdout).toMatch(/^nap +sleep +waiting .* until 14:05:30$/m);
    expect(stdout).not.toContain('is due');
  });

  it('has the instants as a document', async () => {
    const { document } = await cliDocument(await parked(), [...show, runIdOf(1)]);
    const iso = new Date(wakeAt).toISOString();
    expect(document).toMatchObject({ status: 'waiting', reason: 'sleep:nap', wakeAt: iso });
    expect((document as { steps: object[] }).steps[1]).toMatchObject({ stepKey: 'nap', wakeAt: iso });
  });

  it('for its start says so, and where it stands', async () => {
    const cwd = await folderWithRuns((store) =>
      makeRun(store, { number: 1, wakeAt, queue: 'mail', priority: 5, concurrencyKey: 'acme', namespace: 'blue' }),
    );
    const { stdout } = await cli(cwd, [...show, runIdOf(1)], { now: () => now });
    expect(stdout).toMatch(/^status {4}pending until 14:05:30 \(delayed start\), in 5m 30s$/m);
    expect(stdout).toMatch(/^queue {5}mail, priority 5, key acme, namespace blue$/m);
  });
});

it.each([
  ['signal:paid', 'signal paid', 'signal RUN paid'],
  ['approval:ask', 'approval ask', 'approve RUN ask'],
  ['in_doubt:pay', 'in doubt: pay', 'resolve RUN pay'],
])('says what a run waits for from somebody, and how it is given that: %s', async (reason, words, command) => {
  const cwd = await folderWithRuns((store) =>
    makeRunWith(store, 1, [{ type: 'workflow_suspended', wakeAt: null, delayMs: null, reason }]),
  );
  const { stdout } = await cli(cwd, [...show, runIdOf(1)]);
  expect(stdout).toContain(`waiting for somebody (${words})\n`);
  expect(stdout).toContain(`\nIt waits for somebody:\n  sisyphus ${command.replace('RUN', runIdOf(1))} --db t.db\n`);
});

it('says who works on a run that is held', async () => {
  const cwd = await folderWithRuns((store) => makeRunWith(store, 1, [started('a')]));
  const { stdout } = await cli(cwd, [...show, runIdOf(1)]);
  expect(stdout).toMatch(/^worker {4}test\/1, lease until /m);
  expect(stdout).not.toContain('is due');
});

it('finds a run by the end of its id', async () => {
  const cwd = await folderWithRuns((store) => makeRun(store, { number: 0xabcd }));
  expect((await cli(cwd, [...show, 'abcd'])).stdout).toContain(runIdOf(0xabcd));
});

it('ends with 2 when there is no such run', async () => {
  const { status, document } = await cliDocument(await folderWithRuns(async () => null), [...show, runIdOf(9)]);
  expect(status).toBe(2);
  expect(document).toMatchObject({ error: { code: 'RUN_NOT_FOUND', details: { runId: runIdOf(9) } } });
});

it('lets no escape sequence of a workflow reach the terminal', async () => {
  const cwd = await folderWithRuns(async (store) => {
    const lease = { worker: 'w', leaseMs: 1 };
    const evil = '\u001b]0;owned\u0007evil\u001b[2J';
    const [run] = await store.createRuns([{ id: runIdOf(1), name: evil, input: jsonText(evil), lease }]);
    if (run?.lease == null) throw new Error('The run is not held.');
    await store.record(run.lease, [
      started('a'),
      failed('a', evil),
      { type: 'workflow_failed', error: storedError(evil, 'E'), stepKey: 'a' },
    ]);
  });
  for (const argv of [
    [...show, runIdOf(1)],
    ['ls', '--db', 't.db'],
    ['events', runIdOf(1), '--db', 't.db'],
  ]) {
    const { stdout, stderr } = await cli(cwd, argv);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout).toContain('evil');
  }
});

it('shows which run a step waits for, and whose step waits for a run', async () => {
  const cwd = await folderWithRuns(async (store) => {
    const lease = await makeRun(store, { number: 1, lease: { worker: 'test/1', leaseMs: 60_000 } });
    if (lease === null) throw new Error('The run is not held.');
    const call = { stepKey: 'call', stepId: 'call', stepType: 'workflow', wakeAt: null, delayMs: null, message: null };
    const parent = { runId: runIdOf(1), stepKey: 'call', rootRunId: runIdOf(1) };
    const child = { id: runIdOf(2), name: 'child', input: null, parent };
    const reason = 'child:call';
    const changes = [
      { type: 'step_waiting', ...call, childRunId: runIdOf(2), attempts: 1 },
      { type: 'workflow_suspended', wakeAt: null, delayMs: null, reason },
    ] as const;
    await store.record(lease, changes, { children: [child] });
  });
  const { stdout: parent } = await cli(cwd, [...show, runIdOf(1)]);
  expect(parent).toContain('status    waiting for a run (step call)\n');
  expect(parent).toMatch(new RegExp(`^call +workflow +waiting +1 +\\S+ +run ${runIdOf(2)}$`, 'm'));
  const { stdout: child } = await cli(cwd, [...show, runIdOf(2)]);
  expect(child).toContain(`\nparent    ${runIdOf(1)}, its step call\n`);
  const { document } = await cliDocument(cwd, ['ls', '--db', 't.db', '--parent', runIdOf(1)]);
  expect(document).toMatchObject([{ id: runIdOf(2), parentRunId: runIdOf(1) }]);
});
