import { describe, expect, it } from 'vitest';
import { cli } from './test-support/cli.js';
import { temporaryFolder } from './test-support/temporary-folder.js';

const commands = [
  ...['run', 'resume', 'fork', 'cancel', 'signal', 'pause', 'approve', 'reject', 'resolve', 'work'],
  ...['ls', 'show', 'events', 'check', 'verify', 'migrate', 'handlers'],
];

it('says its version', async () => {
  expect(await cli('/', ['--version'])).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

describe('help', () => {
  it('lists the commands there are, and no others', async () => {
    const { status, stdout } = await cli('/', ['--help']);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[| <| {2})/gm)].map(([, name]) => name);
    expect(status).toBe(0);
    expect(listed).toEqual([...commands, 'help']);
  });

  it.each(['run', 'resume', 'fork', 'work'])('of %s tells of --workflows', async (command) => {
    expect((await cli('/', [command, '--help'])).stdout).toMatch(
      /^ {2}--workflows <module> +a module with workflows as code/m,
    );
  });

  it('documents the exit status and the environment', async () => {
    const { stdout } = await cli('/', ['--help']);
    for (const words of ['Exit status:', '130, 143', 'SISYPHUS_DB', 'SISYPHUS_DEBUG', 'NO_COLOR'])
      expect(stdout).toContain(words);
  });

  it.each(commands)('of %s shows --db and --json', async (command) => {
    const { status, stdout } = await cli('/', [command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('--db <location>');
    expect(stdout).toContain('--json');
  });

  it('fits the terminal', async () => {
    const { stdout } = await cli('/', ['run', '--help'], { size: { columns: 80, rows: 20 } });
    const options = stdout.slice(0, stdout.indexOf('With --json'));
    for (const line of options.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('a wrong command line ends with 2', () => {
  it.each<[string, string[], string]>([
    ['no command', [], 'Usage: sisyphus'],
    ['an unknown command, with what was meant', ['rnu'], '(Did you mean run?)'],
    ['an unknown option, with what was meant', ['ls', '--nmae', 'x'], '(Did you mean --name?)'],
    ['a missing argument', ['show'], "missing required argument 'run'"],
    ['an argument too many', ['show', 'a', 'b'], 'too many arguments'],
    ['an option without its value', ['run', 'flow.yaml', '--input'], 'argument missing'],
    ['a status that is none', ['ls', '--status', 'done'], 'A status is one of pending, running'],
    ['a limit that is none', ['ls', '--limit', '0'], 'whole number from 1'],
    [
      'a drift policy that is none',
      ['resume', 'x', '--on-drift', 'maybe'],
      'Allowed choices are fail, pinned, upgrade',
    ],
    ['a command that is not there', ['knife'], "unknown command 'knife'"],
    ['a fork from nowhere', ['fork', 'x'], "required option '--from <step>'"],
    ['a worker without any room', ['work', '--concurrency', '0'], 'whole number from 1'],
    ['a limit without a queue', ['work', '--limit', '3'], 'Give QUEUE=N with a whole number from 1, such as mail=3.'],
    ['a limit of another queue', ['work', '--limit', 'mial=3'], 'Add --queue mial.'],
    ['a queue without a name', ['work', '--queue', ''], 'It may not be empty.'],
    ['a namespace without a name', ['ls', '--namespace', ''], 'It may not be empty.'],
    ['an argument that work does not take', ['work', 'mail'], 'too many arguments'],
  ])('%s', async (_, argv, message) => {
    const { status, stdout, stderr } = await cli('/', argv);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('error USAGE: ');
    expect(stderr).toContain(message);
  });

  it.each([[['rnu']], [[]], [['ls', '--limit', 'x']]])('%j as a document with --json', async (argv) => {
    const { status, stdout, stderr } = await cli('/', [...argv, '--json']);
    expect(status).toBe(2);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'USAGE', message: expect.any(String), details: null } });
  });
});

it('takes --db and --json before the command and after it', async () => {
  const cwd = temporaryFolder();
  await cli(cwd, ['migrate', '--db', 'x.db']);
  const before = await cli(cwd, ['--db', 'x.db', '--json', 'ls']);
  const after = await cli(cwd, ['ls', '--db', 'x.db', '--json']);
  expect(before).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
  expect(after).toEqual(before);
});

it('tells of an error with its code and without a stack, status by its kind', async () => {
  const cwd = temporaryFolder({ 'no.db': 'this is no database, but it is long enough to be looked at' });
  const { status, stdout, stderr } = await cli(cwd, ['ls', '--db', 'no.db']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error NOT_A_DATABASE: .*no\.db is no SQLite database/);
  expect(stderr).not.toContain('    at ');
});
