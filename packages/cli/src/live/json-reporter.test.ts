import { expect, it } from 'vitest';
import { completed, failed, retrying, skipped, started } from '../test-support/changes.js';
import { fakeTerminal } from '../test-support/fake-terminal.js';
import { createJsonReporter } from './json-reporter.js';
import { createRunView } from './run-view.js';

function report() {
  const { terminal, stdout, stderr } = fakeTerminal();
  const view = createRunView([{ id: 'log', type: 'shell', isForeach: false, maxAttempts: 2 }]);
  const reporter = createJsonReporter(terminal, view);
  const lines = (): object[] =>
    stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { terminal, reporter, lines, stderr };
}

const run = { runId: 'r1', name: 'flow', created: true };
const at = '1970-01-01T00:00:01.000Z';

it('gives each committed change without its values', () => {
  const { reporter, lines } = report();
  reporter.begin(run);
  reporter.tell({
    kind: 'committed',
    runId: 'r1',
    at: 1000,
    changes: [
      started('log'),
      retrying('log', 'no', { delayMs: 10 }),
      failed('log', 'no', { attempt: 2 }),
      completed('log', { result: '"secret"' as never }),
      skipped('log'),
      { type: 'run_released' },
    ],
  });
  const error = { name: 'Error', message: 'no', code: null };
  const about = { runId: 'r1', at, stepKey: 'log' };
  expect(lines()).toEqual([
    { type: 'run', ...run },
    { type: 'step_started', ...about, attempt: 1, stepType: 'shell', itemCount: null },
    { type: 'step_retry_scheduled', ...about, attempt: 1, error, delayMs: 10 },
    { type: 'step_failed', ...about, attempt: 2, error },
    { type: 'step_completed', ...about, attempt: 1 },
    { type: 'step_skipped', ...about, reason: 'its condition is false' },
    { type: 'run_released', runId: 'r1', at },
  ]);
});

it('passes log lines on, and no progress', () => {
  const { reporter, lines } = report();
  reporter.begin(run);
  reporter.tell({ kind: 'log', runId: 'r1', stepKey: 'log', message: 'm', data: undefined });
  reporter.tell({ kind: 'progress', runId: 'r1', stepKey: 'log', progress: 0.5 });
  expect(lines().slice(1)).toEqual([{ type: 'log', runId: 'r1', stepKey: 'log', message: 'm', data: null }]);
});

it('sends what others write to stdout to stderr, until it is over', () => {
  const { terminal, reporter, lines, stderr } = report();
  const { write } = terminal.stdout;
  reporter.begin(run);
  terminal.stdout.write('printed by a handler\n');
  reporter.remark('Stopping.');
  expect(lines()).toEqual([{ type: 'run', ...run }]);
  expect(stderr()).toBe('printed by a handler\nStopping.\n');
  reporter.abort();
  expect(terminal.stdout.write).toBe(write);
});
