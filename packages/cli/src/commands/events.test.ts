import { describe, expect, it } from 'vitest';
import { showTime } from '../format/time.js';
import { completed, failed, retrying, started, suspended, waiting } from '../test-support/changes.js';
import { cli, cliDocument } from '../test-support/cli.js';
import { folderWithRuns } from '../test-support/folder-with-runs.js';
import { jsonText, makeRun, makeRunWith, runIdOf } from '../test-support/make-run.js';

const events = ['events', '--db', 't.db', runIdOf(1)];
const big = { text: 'x'.repeat(20_000) };

function withRun(): Promise<string> {
  return folderWithRuns(async (store) => {
    const lease = await makeRunWith(store, 1, [
      started('log'),
      retrying('log', 'busy\nvery', { delayMs: 1500 }),
      started('log', { attempt: 2 }),
      completed('log', { attempt: 2, result: jsonText(big) }),
      started('each', { itemCount: 3 }),
      failed('each', 'no'),
    ]);
    await store.logEvent(runIdOf(1), 'my.event', { note: 'hello' });
    await store.logEvent(runIdOf(1), 'my.big', big);
    await store.record(lease, [{ type: 'workflow_cancelled', reason: 'enough' }]);
  });
}

describe('the log of a run', () => {
  it('is a line an event, oldest first', async () => {
    const { status, stdout } = await cli(await withRun(), events);
    expect(status).toBe(0);
    const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
    const expected = [
      '1  TIME  workflow_started      flow',
      '2  TIME  run_claimed           by test/1',
      '3  TIME  step_started          log',
      '4  TIME  step_retry_scheduled  log  in 1\\.5s: busy',
      '5  TIME  step_started          log  attempt 2',
      '6  TIME  step_completed        log  attempt 2',
      '7  TIME  step_started          each  3 items',
      '8  TIME  step_failed           each  no',
      '9  TIME  my\\.event              \\{"note":"hello"\\}',
      '10  TIME  my\\.big                \\{"text":"x+"\\}',
      '11  TIME  workflow_cancelled    enough',
    ];
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(expected.length);
    for (const [index, line] of lines.entries())
      expect(line).toMatch(new RegExp(`^ *${expected[index]?.replace('TIME', time)}$`));
  });

  it('is one document, an array, with values over 8 KiB filled in', async () => {
    const { document } = await cliDocument(await withRun(), events);
    const log = document as { seq: number; payload: unknown }[];
    expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(log[5]).toEqual({
      runId: runIdOf(1),
      seq: 6,
      type: 'step_completed',
      source: 'engine',
      stepKey: 'log',
      attempt: 2,
      fence: 1,
      worker: 'test/1',
      at: expect.stringMatching(/Z$/),
      payload: { result: big },
    });
    expect(log[8]).toMatchObject({ type: 'my.event', source: 'user', payload: { note: 'hello' } });
    expect(log[9]).toMatchObject({ payload: big });
  });

  it('is followed to the end of a run that has ended, an event a line', async () => {
    const { status, stdout } = await cli(await withRun(), [...events, '--follow', '--json']);
    expect(status).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number });
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('is followed over many pages without a gap', async () => {
    const cwd = await folderWithRuns(async (store) => {
      const lease = await makeRun(store, { number: 1, lease: { worker: 'test/1', leaseMs: 60_000 } });
      if (lease === null) throw new Error('The run is not held.');
      const steps = Array.from({ length: 1100 }, (_, index) => [started(`s${index}`), completed(`s${index}`)]).flat();
      await store.record(lease, [...steps, { type: 'workflow_completed', output: null, context: null }]);
    });
    const { stdout } = await cli(cwd, [...events, '--follow']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2203);
  });
});

it('says until when a run and its steps wait', async () => {
  const wakeAt = Date.now() + 60_000;
  const time = showTime(wakeAt);
  const cwd = await folderWithRuns((store) =>
    makeRunWith(store, 1, [waiting('nap', wakeAt), suspended(wakeAt, 'sleep:nap')]),
  );
  const { stdout } = await cli(cwd, events);
  expect(stdout).toMatch(new RegExp(`step_waiting +nap {2}until .*${time}$`, 'm'));
  expect(stdout).toMatch(new RegExp(`workflow_suspended +until .*${time} \\(sleep nap\\)$`, 'm'));
});
