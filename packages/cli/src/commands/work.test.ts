import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cli, cliDocument } from '../test-support/cli.js';
import { inDatabase } from '../test-support/folder-with-runs.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const handlers = `
export const greet = {
  type: 'greet',
  run: (input, { context, log }) => {
    log('greeting');
    if (context.n === 'fail') throw new Error('out of luck\\nreally');
    return { greeting: 'hello' };
  },
};`;

const flow = `name: flow
steps:
  - { id: a, type: greet }
  - { id: b, type: transform, with: { value: 1 } }
`;
const nap = 'name: nap\nsteps:\n  - { id: nap, type: sleep, with: { for: 1h } }\n';

const db = ['--db', 't.db'];
const work = ['work', '--until-idle', ...db, '--handlers', './handlers.mjs'];

/** A folder in whose database these command lines left runs; gives their ids. */
async function folderWith(...runs: readonly (readonly string[])[]) {
  const cwd = temporaryFolder({ 'flow.yaml': flow, 'nap.yaml': nap, 'handlers.mjs': handlers });
  const ids: string[] = [];
  for (const argv of runs) {
    const { stdout } = await cli(cwd, ['run', ...argv, '--detach', ...db]);
    ids.push(stdout.trim());
  }
  return { cwd, ids };
}

function linesOf(stdout: string): readonly Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('until idle, in plain lines', () => {
  it('says what it works on, a line for each run that it takes and lets go, and what it did; status 0', async () => {
    const { cwd, ids } = await folderWith(['flow.yaml'], ['nap.yaml']);
    const { status, stdout, stderr } = await cli(cwd, [...work, '--limit', 'default=1']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/\d+(ms|\.\ds)/, 'T').replace(/(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d/, 'TIME'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines).toEqual([
      expect.stringMatching(/^worker {3}\S+\/\d+\/[0-9a-f]+$/),
      `database ${cwd}/t.db`,
      'queues   default (at most 1 at once); 10 runs at once',
      'handlers file, greet, http, shell, transform',
      `${ids[0]} flow taken`,
      `${ids[0]} flow a: greeting`,
      `${ids[0]} flow completed in T · 2 steps ran`,
      `${ids[1]} nap taken`,
      `${ids[1]} nap waiting until TIME (sleep nap)`,
      'idle after T · 1 completed, 1 parked',
      'The next run is due at TIME.',
    ]);
  });

  it('ends with 1 when a run failed, and goes on with the others all the same', async () => {
    const { cwd, ids } = await folderWith(['flow.yaml', '--input', '{"n":"fail"}'], ['flow.yaml']);
    const { status, stdout } = await cli(cwd, work);
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${ids[0]} flow failed at step a in \\S+: out of luck$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${ids[1]} flow completed in `, 'm'));
    expect(stdout).toMatch(/^idle after \S+ · 1 completed, 1 failed$/m);
  });

  it('ends with 3 and a warning when runs are due that no handler is here for', async () => {
    const { cwd } = await folderWith(['flow.yaml'], ['flow.yaml']);
    const { status, stdout, stderr } = await cli(cwd, ['work', '--until-idle', ...db]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^idle after \S+ · took nothing\n2 due runs not taken: what they need is not here\.$/m);
    expect(stderr).toBe('Runs of flow are due and not taken: no handler is here for greet: --handlers MODULE\n');
    const runs = await inDatabase(cwd, (store) => store.listRuns());
    expect(runs.map((run) => run.status)).toEqual(['pending', 'pending']);
  });

  it('has nothing to do in a new database', async () => {
    const { status, stdout } = await cli(temporaryFolder(), ['work', '--until-idle', ...db]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^idle after \S+ · took nothing$/m);
  });

  it('works on the queues and the namespace that are named, and on no others', async () => {
    const { cwd } = await folderWith(
      ['flow.yaml', '--queue', 'mail'],
      ['flow.yaml'],
      ['flow.yaml', '--queue', 'mail', '--namespace', 'blue'],
    );
    expect((await cli(cwd, [...work, '--queue', 'mail'])).stdout).toContain(' · 1 completed');
    const runs = await inDatabase(cwd, (store) => store.listRuns());
    expect(runs.map(({ queue, status }) => [queue, status])).toEqual([
      ['default', 'pending'],
      ['mail', 'completed'],
    ]);
    expect((await cli(cwd, [...work, '--queue', 'mail', '--namespace', 'blue'])).stdout).toContain(' · 1 completed');
  });
});

it('with --json writes an object a line', async () => {
  const { cwd, ids } = await folderWith(
    ['flow.yaml', '--key', 'acme'],
    ['nap.yaml'],
    ['flow.yaml', '--input', '{"n":"fail"}'],
  );
  const { status, stdout, stderr } = await cli(cwd, [...work, '--concurrency', '1', '--json']);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const lines = linesOf(stdout);
  expect(lines[0]).toEqual({
    type: 'worker',
    worker: expect.any(String),
    location: `${cwd}/t.db`,
    queues: [{ name: 'default', concurrency: null, perKey: null }],
    concurrency: 1,
    types: ['file', 'greet', 'http', 'shell', 'transform'],
    workflows: [],
    namespace: 'default',
  });
  const run = { type: 'run', queue: 'default', concurrencyKey: null, takenFrom: null };
  expect(lines[1]).toEqual({ ...run, runId: ids[0], name: 'flow', concurrencyKey: 'acme' });
  expect(lines[2]).toMatchObject({ type: 'step_started', runId: ids[0], stepKey: 'a' });
  expect(lines[3]).toMatchObject({ type: 'log', runId: ids[0], stepKey: 'a', message: 'greeting' });
  const left = { type: 'left', durationMs: expect.any(Number) };
  expect(lines.filter(({ type }) => type === 'left')).toEqual([
    { ...left, runId: ids[0], name: 'flow', outcome: 'completed' },
    {
      ...left,
      runId: ids[1],
      name: 'nap',
      outcome: 'waiting',
      reason: 'sleep:nap',
      wakeAt: expect.stringMatching(/Z$/),
    },
    {
      ...{ ...left, runId: ids[2], name: 'flow', outcome: 'failed', failedStep: 'a' },
      error: { name: 'Error', message: 'out of luck\nreally', code: null },
    },
  ]);
  expect(lines.at(-1)).toEqual({
    type: 'end',
    stoppedBy: null,
    taken: 3,
    unhandled: 0,
    ...{ completed: 1, failed: 1, cancelled: 0, waiting: 1, paused: 0, released: 0, lost: 0 },
    nextDueAt: expect.stringMatching(/Z$/),
    durationMs: expect.any(Number),
  });
});

it('with --json tells of runs that no handler is here for', async () => {
  const { cwd } = await folderWith(['flow.yaml']);
  const { stdout } = await cli(cwd, ['work', '--until-idle', ...db, '--json']);
  expect(linesOf(stdout).slice(1)).toMatchObject([
    { type: 'unhandled', name: 'flow', types: ['greet'], reason: expect.stringContaining('--handlers') },
    { type: 'end', taken: 0, unhandled: 1 },
  ]);
});

describe('on a terminal', () => {
  const size = { columns: 80, rows: 20 };

  it('leaves what went wrong and the last words, and hands the cursor back', async () => {
    const { cwd, ids } = await folderWith(['flow.yaml'], ['flow.yaml', '--input', '{"n":"fail"}']);
    const { status, stdout } = await cli(cwd, work, { size, env: { NO_COLOR: '1' } });
    expect(status).toBe(1);
    const words = stripVTControlCharacters(stdout).replaceAll(/\d+(ms|\.\ds)/g, 'T');
    expect(words).toContain('\nhandlers file, greet, http, shell, transform\n');
    expect(words).toContain(`\n${ids[1]?.slice(-12)} flow failed at step a in T: out of luck\n`);
    expect(words.endsWith('idle after T · 1 completed, 1 failed\n')).toBe(true);
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
  });

  it('shows what handlers log above the picture, with whose it is', async () => {
    const { cwd, ids } = await folderWith(['flow.yaml']);
    const { stdout } = await cli(cwd, work, { size, env: { NO_COLOR: '1' } });
    expect(stripVTControlCharacters(stdout)).toContain(`${ids[0]?.slice(-12)} flow a: greeting\n`);
  });
});

describe('what is not right ends with 2', () => {
  it.each<[string, readonly string[], string]>([
    ['handlers that are not there', ['--handlers', './none.mjs'], 'HANDLERS_UNLOADABLE'],
    ['a limit of a queue that is not worked on', ['--limit', 'mail=3'], 'USAGE'],
    ['a limit that is given twice', ['--limit', 'default=3', '--limit', 'default=4'], 'USAGE'],
    ['a database in memory, which nobody can reach', ['--db', ':memory:'], 'USAGE'],
  ])('%s', async (_, options, code) => {
    const { status, document } = await cliDocument(temporaryFolder(), ['work', '--until-idle', ...db, ...options]);
    expect(status).toBe(2);
    expect(document).toMatchObject({ error: { code } });
  });
});
