import { describe, expect, it } from 'vitest';
import { cli, cliDocument } from '../test-support/cli.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const flow = `name: flow
deadline: 3d
steps:
  - { id: first, type: transform, with: { value: 1 } }
  - { id: last, type: transform, with: { value: 2 } }
output: "\${{ steps.last.output }}"
`;
const again = `name: flow
breaker: 2
steps:
  - { id: poll, type: transform, with: { value: no }, repeat: { until: "false", max: 9 } }
`;
const db = ['--db', 't.db'];

async function begin(text: string, ...more: readonly string[]) {
  const cwd = temporaryFolder({ 'flow.yaml': text });
  const { status, stdout } = await cli(cwd, ['run', 'flow.yaml', ...db, ...more]);
  return { cwd, status, runId: stdout.split(' ')[1] ?? '' };
}

describe('a run whose budget is spent', () => {
  it('is paused with status 3, shown with what it used, and goes on when the budget is raised', async () => {
    const { cwd, status, runId } = await begin(flow, '--budget', 'attempts=1,tokens=5');
    expect(status).toBe(3);
    const { stdout: shown } = await cli(cwd, ['show', runId, ...db]);
    expect(shown).toContain('status    paused (budget_exhausted)');
    expect(shown).toMatch(/^budget {4}.*attempts 1 of 1, .*tokens 0 of 5$/m);
    expect(shown).toMatch(/^deadline {2}\d{4}-/m);
    expect(shown).toContain(
      'The budget has no room for step last, which needs 1 of its attempts. To raise it and go on:\n',
    );
    expect(shown).toMatch(new RegExp(`resume ${runId}.* --budget attempts=…$`, 'm'));
    expect((await cli(cwd, ['ls', ...db])).stdout).toContain('budget_exhausted');
    const { document } = await cliDocument(cwd, ['show', runId, ...db]);
    expect(document).toMatchObject({
      budget: { attempts: 1, tokens: 5 },
      usage: { attempts: 1, steps: 1 },
      budgetUsage: { attempts: 1 },
      paused: { amount: 'attempts', used: 1, limit: 1, needed: 1, stepKey: 'last' },
    });
    expect((await cli(cwd, ['resume', runId, ...db])).status).toBe(3);
    const { status: resumed, stdout } = await cli(cwd, ['resume', runId, ...db, '--budget', 'attempts=2']);
    expect([resumed, stdout.includes('last completed')]).toEqual([0, true]);
  });

  it('is refused a budget or a deadline that is none; nothing is started', async () => {
    for (const wrong of [
      ['--budget', 'token=1'],
      ['--deadline', 'soon'],
    ]) {
      const { cwd, status } = await begin(flow, ...wrong);
      expect(status).toBe(2);
      expect((await cli(cwd, ['ls', ...db])).stdout).not.toContain('flow');
    }
  });
});

describe('a run that makes no progress', () => {
  it('is shown as blocked, with what was the same', async () => {
    const { cwd, status, runId } = await begin(again);
    expect(status).toBe(3);
    const { stdout } = await cli(cwd, ['show', runId, ...db]);
    expect(stdout).toContain('status    paused (blocked)');
    expect(stdout).toContain('Step poll#2 had the same output 2 times in a row. To try it again:\n');
  });
});
