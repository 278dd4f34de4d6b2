import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { main } from '../main.js';
import { cli, cliDocument } from '../test-support/cli.js';
import { fakeTerminal } from '../test-support/fake-terminal.js';
import { inDatabase } from '../test-support/folder-with-runs.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const handlers = `
export const work = {
  type: 'work',
  run: ({ n = 1 }, { attempt, log, progress }) => {
    progress(0.5);
    log('working', { n });
    if (n === 'fail' || (n === 'flaky' && attempt === 1)) throw new Error('out of luck\\nreally');
    return { n };
  },
};`;

const flow = `name: flow
input: { type: object, properties: { n: {} } }
steps:
  - { id: a, type: transform, with: { value: [1, 2, 3] } }
  - { id: b, type: work, with: { n: "\${{ has(input.n) ? input.n : 1 }}" }, retry: { attempts: 2, backoff: 1ms } }
  - { id: c, type: work, foreach: "\${{ steps.a.output }}", as: x, with: { n: "\${{ x }}" } }
  - { id: d, type: transform, if: false }
output: { sum: "\${{ size(steps.c.output) }}" }
`;

const run = ['run', 'flow.yaml', '--db', 't.db', '--handlers', './work.mjs'];

function folder(): string {
  return temporaryFolder({ 'flow.yaml': flow, 'work.mjs': handlers });
}

describe('in plain lines', () => {
  it("prints the run's id first, then what happens, then how it ended", async () => {
    const { status, stdout } = await cli(folder(), run);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^run [0-9a-f-]{36} flow$/);
    expect(lines.slice(1, -2).map((line) => line.replace(/\d+ms/, 'Nms'))).toEqual([
      'a started (transform)',
      'a completed in Nms',
      'b started (work)',
      'b: working {"n":1}',
      'b completed in Nms',
      'c started (work, 3 items)',
      'c[0]: working {"n":1}',
      'c 1/3',
      'c[1]: working {"n":2}',
      'c 2/3',
      'c[2]: working {"n":3}',
      'c 3/3',
      'c completed in Nms',
      'd skipped: its condition is false',
    ]);
    expect(lines.at(-2)).toMatch(/^completed in \S+ · 3 steps ran, 1 skipped$/);
    expect(lines.at(-1)).toBe('output  {"sum":3}');
  });

  it('has no escape sequences', async () => {
    expect((await cli(folder(), run)).stdout).not.toContain('\u001b');
  });

  it('tells of retries', async () => {
    const { status, stdout } = await cli(folder(), [...run, '--input', '{"n":"flaky"}']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^b attempt 1\/2 failed: out of luck; attempt 2\/2 in \d+ms\nb started \(work, attempt 2\/2\)$/m,
    );
  });

  it('says where and why a run failed, and how to go on; status 1', async () => {
    const { status, stdout } = await cli(folder(), [...run, '--input', '{"n":"fail"}']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^failed at step b in \S+ · 2 steps ran$/m);
    expect(stdout).toContain('\n  out of luck\n  really\nMend the cause, then go on from there:\n  sisyphus resume ');
    expect(stdout.trimEnd()).toMatch(/ --db t\.db --handlers \.\/work\.mjs$/);
  });
});

describe('with --json', () => {
  async function linesOf(argv: readonly string[]) {
    const { status, stdout, stderr } = await cli(folder(), [...argv, '--json']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { status, lines, stderr };
  }

  it('gives the id first, an object for each change, and the result last', async () => {
    const { status, lines } = await linesOf(run);
    expect(status).toBe(0);
    const runId = lines[0]?.runId;
    expect(lines[0]).toEqual({
      type: 'run',
      runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'flow',
      created: true,
    });
    expect(lines[1]).toEqual({
      type: 'step_started',
      runId,
      at: expect.stringMatching(/Z$/),
      stepKey: 'a',
      attempt: 1,
      stepType: 'transform',
      itemCount: null,
    });
    expect(lines).toContainEqual({ type: 'log', runId, stepKey: 'c[1]', message: 'working', data: { n: 2 } });
    expect(lines.at(-1)).toEqual({
      type: 'result',
      runId,
      status: 'completed',
      reason: null,
      wakeAt: null,
      output: { sum: 3 },
      context: { n: 1 },
      error: null,
      failedStep: null,
      steps: { ran: 3, skipped: 1, doneBefore: 0 },
      durationMs: expect.any(Number),
    });
  });

  it('gives the error of a failed run in the result; status 1', async () => {
    const { status, lines } = await linesOf([...run, '--input', '{"n":"fail"}']);
    expect(status).toBe(1);
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      status: 'failed',
      failedStep: 'b',
      error: { message: 'out of luck\nreally' },
    });
    expect(lines.find(({ type }) => type === 'step_retry_scheduled')).toMatchObject({
      stepKey: 'b',
      attempt: 1,
      error: { name: 'Error', message: 'out of luck\nreally', code: null },
      delayMs: expect.any(Number),
    });
  });
});

describe('on a terminal', () => {
  const size = { columns: 60, rows: 20 };

  it('leaves a line a step and the summary, and hands the cursor back', async () => {
    const { status, stdout } = await cli(folder(), run, { size, env: { NO_COLOR: '1' } });
    expect(status).toBe(0);
    const words = stripVTControlCharacters(stdout).replaceAll(/ +(\d+ms|\d\.\ds)/g, ' T');
    const expected = ['✔ a T', '✔ b T', '✔ c T  3 items', '↷ d          skipped: its condition is false'];
    expect(words).toContain(`\n${expected.join('\n')}\ncompleted in T · 3 steps ran, 1 skipped\noutput  {"sum":3}\n`);
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
  });

  it('gives stdout back to others afterwards', async () => {
    const { terminal } = fakeTerminal({ size, cwd: folder() });
    const { write } = terminal.stdout;
    expect(await main(run, terminal)).toBe(0);
    expect(terminal.stdout.write).toBe(write);
  });
});

describe('an idempotency key', () => {
  it('gives the same run again, also after its end', async () => {
    const cwd = folder();
    const [first, second] = [
      await cli(cwd, [...run, '--idempotency-key', 'k']),
      await cli(cwd, [...run, '--idempotency-key', 'k']),
    ];
    expect(second.status).toBe(0);
    expect(second.stdout.split('\n')[0]).toBe(first.stdout.split('\n')[0]);
    expect(second.stdout).toContain('completed before: nothing was left to do\noutput  {"sum":3}\n');
  });

  it('refuses another input under the same key; status 2', async () => {
    const cwd = folder();
    await cli(cwd, [...run, '--idempotency-key', 'k']);
    const { status, document } = await cliDocument(cwd, [...run, '--idempotency-key', 'k', '--input', '{"n":5}']);
    expect(status).toBe(2);
    expect(document).toMatchObject({ error: { code: 'IDEMPOTENCY_CONFLICT' } });
  });
});

describe('what is not right ends with 2, and nothing is started', () => {
  it.each<[string, readonly string[], string]>([
    ['a definition that is wrong', ['run', 'wrong.yaml'], 'DEFINITION_INVALID'],
    ['a definition that is no YAML', ['run', 'broken.yaml'], 'DEFINITION_INVALID'],
    ['handlers that were not given', ['run', 'flow.yaml'], 'HANDLER_NOT_FOUND'],
    ['an input that is no JSON', [...run, '--input', '{n:1}'], 'INPUT_NOT_JSON'],
    ['an input that does not fit', [...run, '--input', '[]'], 'INPUT_INVALID'],
    ['an input file that is not there', [...run, '--input', '@none.json'], 'FILE_UNREADABLE'],
    ['handlers that are not there', [...run, '--handlers', './none.mjs'], 'HANDLERS_UNLOADABLE'],
  ])('%s', async (_, argv, code) => {
    const cwd = temporaryFolder({
      'flow.yaml': flow,
      'work.mjs': handlers,
      'wrong.yaml': 'name: wrong\nsteps: []\nstpes: []\n',
      'broken.yaml': 'name: [',
    });
    const { status, document } = await cliDocument(cwd, [...argv, ...(argv === run ? [] : ['--db', 't.db'])]);
    expect(status).toBe(2);
    expect(document).toMatchObject({ error: { code } });
    expect(await inDatabase(cwd, (store) => store.listRuns())).toEqual([]);
  });

  it('with the place of each fault', async () => {
    const cwd = temporaryFolder({ 'wrong.yaml': 'name: wrong\nsteps:\n  - { id: a, type: nowhere, wiht: 1 }\n' });
    const { stderr } = await cli(cwd, ['run', 'wrong.yaml']);
    expect(stderr).toMatch(/wrong\.yaml:3:\d+ error UNKNOWN_KEY/);
    expect(stderr).toMatch(/wrong\.yaml:3:\d+ error HANDLER_NOT_FOUND/);
  });
});

it('gives an empty object to a workflow that takes one, so that what is missing is named', async () => {
  const cwd = temporaryFolder({
    'flow.yaml': 'name: f\ninput: { type: object, required: [repo] }\nsteps: [{ id: a, type: transform }]\n',
  });
  const { status, stderr } = await cli(cwd, ['run', 'flow.yaml', '--db', 't.db']);
  expect(status).toBe(2);
  expect(stderr).toContain("must have required property 'repo'");
});

it('keeps an input of null apart from no input', async () => {
  const cwd = temporaryFolder({ 'flow.yaml': 'name: f\nsteps: [{ id: a, type: transform }]\n' });
  await cli(cwd, ['run', 'flow.yaml', '--db', 't.db', '--input', 'null']);
  await cli(cwd, ['run', 'flow.yaml', '--db', 't.db']);
  const runs = await inDatabase(cwd, (store) => store.listRuns());
  expect(runs.map(({ input }) => input)).toEqual([null, 'null']);
});

it('notes the warnings of a workflow on stderr, and runs it', async () => {
  const cwd = temporaryFolder({
    'flow.yaml':
      'name: f\nsteps:\n  - { id: a, type: transform }\n  - { id: b, type: transform, needs: [], with: { value: "${{ steps.a.output }}" } }\n',
  });
  const { stderr, stdout } = await cli(cwd, ['run', 'flow.yaml', '--db', 't.db']);
  expect(stdout).toMatch(/^run /);
  expect(stderr).toMatch(/flow\.yaml:4:\d+ warning STEP_NOT_NEEDED/);
});

describe('a run that has to wait for long', () => {
  const sleepy = (): string =>
    temporaryFolder({
      'flow.yaml':
        'name: sleepy\nsteps:\n  - { id: a, type: transform, with: { value: 1 } }\n  - { id: nap, type: sleep, with: { for: 1h } }\n  - { id: b, type: transform, with: { value: 2 } }\n',
    });
  const argv = ['run', 'flow.yaml', '--db', 't.db'];

  it('is left waiting, with until when and who goes on with it; status 3', async () => {
    const { status, stdout } = await cli(sleepy(), argv);
    expect(status).toBe(3);
    const runId = stdout.split(' ')[1];
    expect(stdout).toMatch(/^nap waits until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(sleep\)$/m);
    expect(stdout).toMatch(/^waiting until .*\d\d:\d\d:\d\d \(sleep nap\) · 2 steps ran$/m);
    expect(stdout).toContain(`  sisyphus work --db t.db\nor you do:\n  sisyphus resume ${runId} --db t.db\n`);
  });

  it('says so as JSON', async () => {
    const { stdout } = await cli(sleepy(), [...argv, '--json']);
    const lines = stdout.trimEnd().split('\n');
    const [waiting, suspended, result] = lines.slice(-3).map((line) => JSON.parse(line) as object);
    const wakeAt = expect.stringMatching(/Z$/);
    expect(waiting).toMatchObject({ type: 'step_waiting', stepKey: 'nap', stepType: 'sleep', wakeAt });
    expect(suspended).toMatchObject({ type: 'workflow_suspended', reason: 'sleep:nap', wakeAt });
    expect(result).toMatchObject({ type: 'result', status: 'waiting', reason: 'sleep:nap', wakeAt });
  });

  it('waits on when it is resumed before its time; status 3', async () => {
    const cwd = sleepy();
    const [, runId = ''] = (await cli(cwd, argv)).stdout.split(' ');
    const { status, stdout } = await cli(cwd, ['resume', runId, '--db', 't.db']);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^waiting until .* \(sleep nap\) · 0 steps ran, 1 done before$/m);
  });

  it('shows the wait on a terminal', async () => {
    const { stdout } = await cli(sleepy(), argv, { size: { columns: 80, rows: 20 }, env: { NO_COLOR: '1' } });
    expect(stripVTControlCharacters(stdout)).toMatch(/^◷ nap +\d\.\ds {2}until \d\d:\d\d:\d\d$/m);
  });
});
