import { describe, expect, it } from 'vitest';
import { cli, cliDocument } from '../test-support/cli.js';
import { inDatabase } from '../test-support/folder-with-runs.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const flow = `name: flow
queue: mail
priority: 2
input: { type: object, properties: { n: { type: integer } } }
steps: [{ id: a, type: transform }]
`;

const detach = ['run', 'flow.yaml', '--db', 't.db', '--detach'];

function folder(): string {
  return temporaryFolder({ 'flow.yaml': flow });
}

async function onlyRun(cwd: string) {
  const runs = await inDatabase(cwd, (store) => store.listRuns());
  expect(runs).toHaveLength(1);
  return runs[0];
}

it('leaves the run to the workers of its queue: stdout is its id, and stderr says who goes on', async () => {
  const cwd = folder();
  const { status, stdout, stderr } = await cli(cwd, detach);
  const run = await onlyRun(cwd);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${run?.id}\n` });
  expect(stderr).toBe('It is in queue mail. Workers take it: sisyphus work --queue mail --db t.db\n');
  expect(run).toMatchObject({ status: 'pending', leaseWorker: null, queue: 'mail', priority: 2, wakeAt: null });
});

it('gives it what the command line says', async () => {
  const cwd = folder();
  const options = [
    '--queue',
    'web',
    '--priority',
    '-3',
    '--key',
    'acme',
    '--idempotency-key',
    'k',
    '--namespace',
    'blue',
  ];
  await cli(cwd, [...detach, ...options, '--input', '{"n":1}']);
  const [run] = await inDatabase(cwd, (store) => store.listRuns({ namespace: 'blue' }));
  expect(run).toMatchObject({
    queue: 'web',
    priority: -3,
    concurrencyKey: 'acme',
    idempotencyKey: 'k',
    input: '{"n":1}',
  });
});

describe('a delayed start', () => {
  it('needs no --detach, and says when the run is due', async () => {
    const cwd = folder();
    const { stdout, stderr } = await cli(cwd, ['run', 'flow.yaml', '--db', 't.db', '--start-after', '1h']);
    const run = await onlyRun(cwd);
    expect(stdout).toBe(`${run?.id}\n`);
    expect(stderr).toMatch(/^It is in queue mail, due at .*\d\d:\d\d:\d\d\. /);
    expect((run?.wakeAt ?? 0) - (run?.createdAt ?? 0)).toBeGreaterThan(3_590_000);
    expect(run).toMatchObject({ status: 'pending', leaseWorker: null });
  });

  it('may be an instant', async () => {
    const cwd = folder();
    await cli(cwd, [...detach, '--start-after', '2030-01-01T00:00:00Z']);
    expect((await onlyRun(cwd))?.wakeAt).toBe(Date.UTC(2030, 0, 1));
  });
});

it('gives one document', async () => {
  const { document } = await cliDocument(folder(), detach);
  expect(document).toEqual({
    runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'flow',
    created: true,
    status: 'pending',
    queue: 'mail',
    wakeAt: null,
  });
});

it('gives the same run for the same key, and says how it stands', async () => {
  const cwd = folder();
  const argv = [...detach, '--idempotency-key', 'k'];
  const [first, second] = [await cli(cwd, argv), await cli(cwd, argv)];
  expect(second).toEqual({
    status: 0,
    stdout: first.stdout,
    stderr: 'The run with this key is there already; it is pending.\n',
  });
  expect((await cliDocument(cwd, [...argv, '--input', '{"n":2}'])).document).toMatchObject({
    error: { code: 'IDEMPOTENCY_CONFLICT' },
  });
  await onlyRun(cwd);
});

it('needs no handlers here, and warns that the workers do', async () => {
  const cwd = temporaryFolder({ 'flow.yaml': 'name: f\nsteps: [{ id: a, type: mail.send, with: { to: you } }]\n' });
  const { status, stderr } = await cli(cwd, detach);
  expect(status).toBe(0);
  expect(stderr).toContain('warning HANDLER_NOT_FOUND step "a": there is no handler of type "mail.send" here\n');
  expect(stderr).toContain('Its workers need one: --handlers MODULE.');
});

describe('what is not right ends with 2, and nothing is left to anybody', () => {
  it.each<[string, readonly string[], string]>([
    ['an input that does not fit', ['--input', '{"n":"x"}'], 'INPUT_INVALID'],
    ['a time that is none', ['--start-after', 'soon'], 'USAGE'],
    ['a priority that is none', ['--priority', 'high'], 'USAGE'],
    ['a queue without a name', ['--queue', ''], 'USAGE'],
    ['a key that is empty', ['--key', ' '], 'USAGE'],
    ['handlers that are not there', ['--handlers', './none.mjs'], 'HANDLERS_UNLOADABLE'],
  ])('%s', async (_, options, code) => {
    const cwd = folder();
    const { status, document } = await cliDocument(cwd, [...detach, ...options]);
    expect(status).toBe(2);
    expect(document).toMatchObject({ error: { code } });
    expect(await inDatabase(cwd, (store) => store.listRuns())).toEqual([]);
  });

  it('a definition that is wrong in more than its handlers', async () => {
    const cwd = temporaryFolder({ 'flow.yaml': 'name: f\nsteps: [{ id: a, type: nowhere, wiht: 1 }]\n' });
    const { status, stderr } = await cli(cwd, detach);
    expect(status).toBe(2);
    expect(stderr).toContain('UNKNOWN_KEY');
  });
});
