import { describe, expect, it } from 'vitest';
import { cli, cliDocument } from '../test-support/cli.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const good = 'name: good\nsteps:\n  - { id: a, type: transform, with: { value: 1 } }\n';
const bad = 'name: bad\nsteps:\n  - { id: a, type: transform, wiht: { value: 1 } }\n  - { id: a, type: nowhere }\n';

describe('a workflow that is right', () => {
  it('is said to be, status 0', async () => {
    const cwd = temporaryFolder({ 'flow.yaml': good });
    expect(await cli(cwd, ['check', 'flow.yaml'])).toEqual({ status: 0, stdout: 'valid: good, 1 step\n', stderr: '' });
  });

  it('is said to be in a document', async () => {
    const cwd = temporaryFolder({ 'flow.yaml': good });
    expect(await cliDocument(cwd, ['check', 'flow.yaml'])).toEqual({
      status: 0,
      document: { valid: true, source: 'flow.yaml', kind: 'data', name: 'good', issues: [] },
    });
  });

  it('may be JSON', async () => {
    const cwd = temporaryFolder({
      'flow.json': JSON.stringify({ name: 'j', steps: [{ id: 'a', type: 'transform' }] }),
    });
    expect((await cli(cwd, ['check', 'flow.json'])).status).toBe(0);
  });
});

describe('a workflow that is wrong', () => {
  it('is shown with place, step, message and remedy of each fault, status 2', async () => {
    const { status, stdout, stderr } = await cli(temporaryFolder({ 'flow.yaml': bad }), ['check', 'flow.yaml']);
    expect(status).toBe(2);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^flow\.yaml:3:31 error UNKNOWN_KEY .*wiht/m);
    expect(stdout).toMatch(/^ {2}Did you mean .*with/m);
    expect(stdout).toMatch(/^flow\.yaml:4:\d+ error DUPLICATE_STEP .*"a"/m);
    expect(stdout).toMatch(/^flow\.yaml:4:\d+ error HANDLER_NOT_FOUND .*"nowhere"/m);
    expect(stdout).toMatch(/^not valid: \d+ errors/m);
  });

  it('gives all issues in the document', async () => {
    const { status, document } = await cliDocument(temporaryFolder({ 'flow.yaml': bad }), ['check', 'flow.yaml']);
    expect(status).toBe(2);
    expect(document).toMatchObject({ valid: false, name: null });
    const { issues } = document as { issues: object[] };
    expect(issues).toContainEqual(
      expect.objectContaining({
        code: 'HANDLER_NOT_FOUND',
        severity: 'error',
        line: 4,
        stepId: 'a',
        path: 'steps[1].type',
      }),
    );
  });

  it('is told from one whose handlers were only not given', async () => {
    const cwd = temporaryFolder({
      'flow.yaml': 'name: mine\nsteps:\n  - { id: a, type: greet, whom: you }\n',
      'mine.mjs': "export default { greet: () => 'hi' };",
    });
    expect((await cli(cwd, ['check', 'flow.yaml'])).status).toBe(2);
    expect((await cli(cwd, ['check', 'flow.yaml', '--handlers', './mine.mjs'])).status).toBe(0);
  });
});

it('shows the first notes of a kind, and counts them all', async () => {
  const steps = Array.from({ length: 20 }, (_, index) => `  - { id: a-${index}, type: transform }`);
  const cwd = temporaryFolder({ 'flow.yaml': `name: hyphens\nsteps:\n${steps.join('\n')}\n` });
  const { status, stdout } = await cli(cwd, ['check', 'flow.yaml']);
  expect(status).toBe(0);
  expect(stdout.match(/note ID_NEEDS_BRACKETS/g)).toHaveLength(3);
  expect(stdout).toContain('valid: hyphens, 20 steps, 20 notes');
});

it('opens no database', async () => {
  const cwd = temporaryFolder({ 'flow.yaml': good });
  expect((await cli(cwd, ['check', 'flow.yaml', '--db', '/nowhere/at/all.db'])).status).toBe(0);
});

it('says that there is no such file, in a document too', async () => {
  const { status, document } = await cliDocument(temporaryFolder(), ['check', 'none.yaml']);
  expect(status).toBe(2);
  expect(document).toMatchObject({ error: { code: 'FILE_UNREADABLE' } });
});
