import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cli, cliDocument, later } from '../test-support/cli.js';
import { codeFolder, codeModule } from '../test-support/code-folder.js';
import { inDatabase } from '../test-support/folder-with-runs.js';

const orders = codeModule(`
import { existsSync } from 'node:fs';
import { join } from 'node:path';
const gate = () => existsSync(join(import.meta.dirname, 'gate.txt'));

export const ship = defineWorkflow({ name: 'ship' }, (ctx, what) => ctx.step('reserve', () => what + ' is on its way'));

export default defineWorkflow({ name: 'order', version: 2, description: 'sells' }, async (ctx, { fail = false } = {}) => {
  const at = ctx.now();
  const shelf = await ctx.step('reserve', ({ attempt, log }) => {
    log('reserving', { attempt });
    if (attempt === 1) throw new Error('busy');
    return 3;
  }, { retry: { attempts: 2, backoff: 1 } });
  await Promise.all(['a', 'b'].map((part) => ctx.step('pick', () => part)));
  await ctx.step('gate', () => {
    if (fail && !gate()) throw new Error('the gate is shut');
  });
  const sent = await ctx.call('send', ship, 'lamp');
  return { shelf, sent, isNow: at > 0 };
});`);

const wait = codeModule(`
export const wait = defineWorkflow({ name: 'wait' }, async (ctx) => {
  await ctx.step('ask', () => 1);
  return ctx.waitForSignal('paid');
});`);

const db = ['--db', 't.db'];
const workflows = ['--workflows', './orders.mjs'];
const failing = ['run', 'orders.mjs', ...db, '--input', '{"fail":true}'];

function folder(): string {
  return codeFolder({
    'orders.mjs': orders,
    'wait.mjs': wait,
    'open.mjs':
      "import { writeFileSync } from 'node:fs'; export default { open: () => writeFileSync('gate.txt', '') };",
  });
}

/** A run that failed at its step `gate`; `open` mends the cause. */
async function failedRun() {
  const cwd = folder();
  const { status, stdout } = await cli(cwd, failing);
  expect(status).toBe(1);
  return { cwd, stdout, runId: stdout.split(' ')[1] ?? '', open: () => writeFileSync(join(cwd, 'gate.txt'), '') };
}

const spanless = (text: string): string => text.replaceAll(/\d+(ms|\.\ds)/g, 'T');

describe('a workflow as code', () => {
  it('runs like data: its id first, what its steps do, how it ended; nothing of recorded values and of runs it calls', async () => {
    const { status, stdout, stderr } = await cli(folder(), ['run', 'orders.mjs', ...db]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [first, ...lines] = spanless(stdout).trimEnd().split('\n');
    expect(first).toMatch(/^run [0-9a-f-]{36} order$/);
    expect(lines).toEqual([
      'reserve started (function)',
      'reserve: reserving {"attempt":1}',
      'reserve attempt 1 failed: busy; attempt 2 in T',
      'reserve started (function, attempt 2)',
      'reserve: reserving {"attempt":2}',
      'reserve completed in T',
      ...['pick started (function)', 'pick#2 started (function)', 'pick completed in T', 'pick#2 completed in T'],
      ...['gate started (function)', 'gate completed in T'],
      ...['send waits for a run (workflow)', 'send completed in T'],
      'completed in T · 5 steps ran',
      'output  {"shelf":3,"sent":"lamp is on its way","isNow":true}',
    ]);
  });

  it('tells of itself as JSON, of the runs that it calls too, and counts its own steps', async () => {
    const { stdout } = await cli(folder(), ['run', 'orders.mjs', ...db, '--json']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly runId: string });
    expect(lines[0]).toMatchObject({ type: 'run', name: 'order', created: true });
    expect(lines.at(-1)).toMatchObject({
      ...{ type: 'result', runId: lines[0]?.runId, status: 'completed' },
      ...{ output: { shelf: 3 }, steps: { ran: 5, skipped: 0, doneBefore: 0 } },
    });
    expect(new Set(lines.map(({ runId }) => runId)).size).toBe(2);
  });

  it('leaves a line a step on a terminal', async () => {
    const terminal = { size: { columns: 60, rows: 20 }, env: { NO_COLOR: '1' } };
    const { stdout } = await cli(folder(), ['run', 'orders.mjs', ...db], terminal);
    const words = spanless(stripVTControlCharacters(stdout)).replaceAll(/ +T/g, ' T');
    const steps = ['✔ reserve T  attempt 2', '✔ pick T', '✔ pick#2 T', '✔ gate T', '✔ send T'];
    expect(words).toContain(`\n${steps.join('\n')}\ncompleted in T · 5 steps ran\n`);
  });

  it('says where it failed, and names its module in what goes on with it', async () => {
    const { stdout, runId } = await failedRun();
    expect(stdout).toMatch(/^failed at step gate in \S+ · 4 steps ran\n {2}the gate is shut$/m);
    expect(stdout).toContain(`\n  sisyphus resume ${runId} --db t.db --workflows ./orders.mjs\n`);
  });

  it('gives the same run for the same key', async () => {
    const cwd = folder();
    const argv = ['run', 'orders.mjs', ...db, '--idempotency-key', 'k'];
    const [first, second] = [await cli(cwd, argv), await cli(cwd, argv)];
    expect(second.stdout.split('\n')[0]).toBe(first.stdout.split('\n')[0]);
    expect(second.stdout).toContain('completed before: nothing was left to do\n');
  });

  it('is one of several by its name', async () => {
    const { stdout } = await cli(folder(), ['run', 'orders.mjs', '--name', 'ship', ...db, '--input', '"box"']);
    expect(stdout).toContain('output  box is on its way\n');
  });

  it('may be what a step of data calls', async () => {
    const cwd = folder();
    const step = '{ id: a, type: workflow, with: { workflow: ship, input: box } }';
    writeFileSync(join(cwd, 'flow.yaml'), `name: flow\nsteps:\n  - ${step}\noutput: "\${{ steps.a.output }}"\n`);
    const refused = await cliDocument(cwd, ['run', 'flow.yaml', ...db]);
    expect(refused).toMatchObject({
      status: 2,
      document: { error: { code: 'DEFINITION_MISSING', message: expect.stringContaining('--workflows MODULE') } },
    });
    const { stdout } = await cli(cwd, ['run', 'flow.yaml', ...db, ...workflows]);
    expect(stdout).toContain('output  box is on its way\n');
  });
});

describe('a run of code', () => {
  it('is resumed with its module; what was done is not done again', async () => {
    const { cwd, runId, open } = await failedRun();
    open();
    const { status, stdout } = await cli(cwd, ['resume', runId, ...db, ...workflows]);
    expect(status).toBe(0);
    expect(spanless(stdout)).toBe(
      `run ${runId} order\ngate started (function)\ngate completed in T\nsend waits for a run (workflow)\nsend completed in T\n` +
        'completed in T · 2 steps ran, 3 done before\noutput  {"shelf":3,"sent":"lamp is on its way","isNow":true}\n',
    );
  });

  it.each(['resume', 'fork'])(
    'is refused by %s without it: the error names workflow, version and option',
    async (command) => {
      const { cwd, runId } = await failedRun();
      const from = command === 'fork' ? ['--from', 'gate'] : [];
      const { status, document } = await cliDocument(cwd, [
        command,
        runId,
        ...from,
        ...db,
        '--workflows',
        './wait.mjs',
      ]);
      expect(status).toBe(2);
      expect(document).toMatchObject({
        error: { code: 'DEFINITION_MISSING', details: { runId, name: 'order', version: 2 } },
      });
      const { message } = (document as { readonly error: { readonly message: string } }).error;
      expect(message).toMatch(/"order" version 2, .*\.\/wait\.mjs has wait@1\. .*--workflows MODULE/);
      expect(await inDatabase(cwd, (store) => store.listRuns())).toHaveLength(1);
    },
  );

  it('that is completed needs no code', async () => {
    const cwd = folder();
    const [, runId = ''] = (await cli(cwd, ['run', 'orders.mjs', ...db])).stdout.split(' ');
    const { status, stdout } = await cli(cwd, ['resume', runId, ...db]);
    expect(status).toBe(0);
    expect(stdout).toContain('completed before: nothing was left to do\n');
  });

  it('is forked with its module', async () => {
    const { cwd, runId, open } = await failedRun();
    open();
    const { status, stdout } = await cli(cwd, ['fork', runId, '--from', 'gate', ...db, ...workflows]);
    expect(status).toBe(0);
    expect(stdout).toContain(' · 2 steps ran, 3 done before\n');
  });

  it('whose code is another now is paused; status 3, and the error shows both sides', async () => {
    const { cwd, runId } = await failedRun();
    const changed = codeModule(
      "export default defineWorkflow({ name: 'order', version: 2 }, (ctx) => ctx.step('count', () => 1));",
    );
    writeFileSync(join(cwd, 'changed.mjs'), changed);
    const resumed = await cli(cwd, ['resume', runId, ...db, '--workflows', './changed.mjs']);
    expect(resumed.status).toBe(3);
    expect(resumed.stderr).toMatch(/^error NON_DETERMINISM: .*"reserve".*"count"/);
    expect(await inDatabase(cwd, (store) => store.readRun(runId))).toMatchObject({ status: 'paused' });
  });

  it('is left to workers, which need its module, and say so', async () => {
    const cwd = folder();
    const left = await cli(cwd, ['run', 'orders.mjs', ...db, '--detach']);
    expect(left.stderr).toContain('Workers take it: sisyphus work --db t.db --workflows ./orders.mjs\n');
    const [work, runId] = [['work', '--until-idle', ...db], left.stdout.trim()];
    const without = await cli(cwd, work);
    expect(without.status).toBe(3);
    expect(without.stderr).toBe(
      'Runs of order are due and not taken: the code of its version 2 is not here: --workflows MODULE\n',
    );
    const { status, stdout } = await cli(cwd, [...work, ...workflows]);
    expect(status).toBe(0);
    expect(stdout).toContain('\ncode     order@2, ship@1\n');
    expect(stdout).toContain(`\n${runId} order completed in `);
  });

  it('is told to be one where others say how to go on with it', async () => {
    const cwd = folder();
    const waiting = await cli(cwd, ['run', 'wait.mjs', ...db]);
    expect(waiting.status).toBe(3);
    expect(waiting.stdout).toContain('  sisyphus work --db t.db --workflows ./wait.mjs\n');
    const [, runId = ''] = waiting.stdout.split(' ');
    const { stderr } = await cli(cwd, ['signal', runId, 'paid', ...db], later);
    expect(stderr).toContain(
      `sisyphus work --db t.db --workflows MODULE, or sisyphus resume ${runId} --db t.db --workflows MODULE`,
    );
    const listed = await cli(cwd, ['ls', ...db], later);
    expect(listed.stderr).toContain('sisyphus work --db t.db --workflows MODULE');
  });
});

describe('check', () => {
  it('tells that a module has workflows as code', async () => {
    const { status, stdout } = await cli(folder(), ['check', 'orders.mjs']);
    expect(status).toBe(0);
    expect(stdout.split('\n').sort()).toEqual([
      '',
      'valid: order version 2, a workflow as code',
      'valid: ship version 1, a workflow as code',
    ]);
  });

  it('says so in a document', async () => {
    const cwd = folder();
    expect(await cliDocument(cwd, ['check', 'wait.mjs'])).toEqual({
      status: 0,
      document: {
        ...{ valid: true, source: 'wait.mjs', kind: 'code', name: 'wait', issues: [] },
        workflows: [{ name: 'wait', version: 1, description: null }],
      },
    });
    const { document } = await cliDocument(cwd, ['check', 'orders.mjs']);
    expect(document).toMatchObject({ name: null });
  });
});

describe('what is not right ends with 2, and nothing is started', () => {
  it.each<[string, readonly string[], string]>([
    ['a module that is not there', ['run', 'none.mjs'], 'WORKFLOWS_UNLOADABLE'],
    ['a module without workflows', ['check', 'empty.mjs'], 'WORKFLOW_INVALID'],
    ['workflows that are none', ['run', 'orders.mjs', '--workflows', './empty.mjs'], 'WORKFLOW_INVALID'],
    ['two of one name and version', ['run', 'orders.mjs', '--workflows', './again.mjs'], 'WORKFLOW_DUPLICATE'],
    [
      'two of one name and version, for a worker',
      ['work', ...workflows, '--workflows', './again.mjs'],
      'WORKFLOW_DUPLICATE',
    ],
    ['several workflows', ['run', 'several.mjs'], 'WORKFLOW_CHOICE'],
    ['a workflow that the module does not have', ['run', 'orders.mjs', '--name', 'shop'], 'WORKFLOW_CHOICE'],
    ['a name beside a workflow as data', ['run', 'flow.yaml', '--name', 'shop'], 'USAGE'],
    ['a module to compare with', ['resume', '0190', '--workflow', 'orders.mjs'], 'USAGE'],
    ['an input that does not fit', ['run', 'typed.mjs', '--input', '3'], 'INPUT_INVALID'],
  ])('%s', async (_, argv, code) => {
    const cwd = codeFolder({
      ...{ 'orders.mjs': orders, 'again.mjs': orders, 'empty.mjs': '' },
      'several.mjs': "export * from './wait.mjs'; export { ship } from './orders.mjs';",
      'wait.mjs': wait,
      'typed.mjs': codeModule(`const input = { '~standard': { validate: () => ({ issues: [{ message: 'no' }] }) } };
export default defineWorkflow({ name: 'typed', input }, async () => 1);`),
    });
    const { status, document } = await cliDocument(cwd, [...argv, ...db]);
    expect(document).toMatchObject({ error: { code } });
    expect(status).toBe(2);
    expect(await inDatabase(cwd, (store) => store.listRuns())).toEqual([]);
  });
});
