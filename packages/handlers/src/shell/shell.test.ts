import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { isTerminalError } from '../errors.js';
import { callHandler, rejectionOf } from '../test-support/call-handler.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { shell } from './shell.js';

const node = process.execPath;

/** A step that runs JavaScript; arguments follow. */
function script(code: string, ...args: unknown[]): { readonly command: string; readonly args: unknown[] } {
  return { command: node, args: ['-e', code, ...args] };
}

const sh = (command: string, more: object = {}) => ({ command, shell: true, ...more });

test('arguments arrive as they are, whatever is in them', async () => {
  const args = [
    '',
    ' a  b ',
    '"',
    "it's",
    '$HOME',
    '`id`',
    '; exit 1',
    '*',
    'two\nlines',
    'tab\t',
    '\\',
    'grüße 💥 日本',
    '--x',
  ];
  const output = await callHandler(shell, {
    ...script('console.log(JSON.stringify(process.argv.slice(1)))', '--', ...args),
    parse: 'json',
  });
  expect(output.json).toEqual(args);
});

test('numbers and booleans are arguments too', async () => {
  const output = await callHandler(shell, { command: 'echo', args: ['-n', 5, 2.5, true] });
  expect(output).toEqual({ exitCode: 0, stdout: '5 2.5 true', stderr: '', lines: ['5 2.5 true'] });
});

test.each([
  ['', '', []],
  ['a', 'a', ['a']],
  ['a\nb\n', 'a\nb', ['a', 'b']],
  ['a\r\nb\r\n', 'a\r\nb', ['a', 'b']],
  ['\n', '', ['']],
  ['a\n\n', 'a\n', ['a', '']],
  ['  a \n', '  a ', ['  a ']],
])('what was written as %j is stdout %j and lines %j', async (written, stdout, lines) => {
  const output = await callHandler(shell, { command: 'printf', args: ['%s', written] });
  expect(output).toEqual({ exitCode: 0, stdout, stderr: '', lines });
});

test('stdout and stderr are kept apart', async () => {
  const output = await callHandler(shell, sh('echo out; echo err >&2'));
  expect(output).toEqual({ exitCode: 0, stdout: 'out', stderr: 'err', lines: ['out'] });
});

test('parse lines keeps stdout once, as lines', async () => {
  expect(await callHandler(shell, sh('echo a; echo b', { parse: 'lines' }))).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
    lines: ['a', 'b'],
  });
});

test('parse json keeps stdout once, as a value', async () => {
  expect(await callHandler(shell, { command: 'echo', args: ['{"a":[1,null]}'], parse: 'json' })).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
    lines: [],
    json: { a: [1, null] },
  });
});

test.each(['', 'not json', '{"a":1} trailing'])(
  'stdout %j is no JSON, which the policy may try again',
  async (text) => {
    const error = await rejectionOf(callHandler(shell, { command: 'printf', args: ['%s', text], parse: 'json' }));
    expect(error).toMatchObject({ code: 'SHELL_OUTPUT_NOT_JSON', retryable: null });
  },
);

test('a failing exit code is left to the policy, with the end of stderr', async () => {
  const error = await rejectionOf(callHandler(shell, sh('echo first >&2; echo "no such branch" >&2; exit 128')));
  expect(error).toMatchObject({
    name: 'HandlerError',
    code: 'SHELL_EXIT_CODE',
    retryable: null,
    message: expect.stringMatching(/exited with code 128.*no such branch$/s),
    details: { exitCode: 128, signal: null, stderr: 'first\nno such branch' },
  });
});

test('of a long stderr the error keeps the end', async () => {
  const code = 'process.stderr.write("x".repeat(500_000) + "the reason"); process.exitCode = 1';
  const error = await rejectionOf(callHandler(shell, script(code)));
  expect(error).toMatchObject({
    details: { stderr: expect.stringMatching(/^…x{1990}the reason$/) },
    message: expect.stringMatching(/^.{0,600}the reason$/s),
  });
});

test('exit codes that the step allows are no failure, and 0 never is', async () => {
  const allowing = { allowExitCodes: [1, 2] };
  expect(await callHandler(shell, sh('echo x; exit 2', allowing))).toMatchObject({ exitCode: 2, stdout: 'x' });
  expect(await callHandler(shell, sh('exit 0', allowing))).toMatchObject({ exitCode: 0 });
  expect(await rejectionOf(callHandler(shell, sh('exit 3', allowing)))).toMatchObject({ code: 'SHELL_EXIT_CODE' });
});

test('a program ended by a signal says which', async () => {
  const error = await rejectionOf(callHandler(shell, sh('kill -KILL $$')));
  expect(error).toMatchObject({
    code: 'SHELL_EXIT_CODE',
    details: { exitCode: null, signal: 'SIGKILL', stderr: '' },
    message: expect.stringContaining('SIGKILL'),
  });
});

test('a program that does not exist is terminal', async () => {
  const error = await rejectionOf(callHandler(shell, { command: 'no-such-program-here', args: ['secret'] }));
  expect(error).toMatchObject({
    code: 'SHELL_COMMAND_NOT_FOUND',
    retryable: false,
    details: { command: 'no-such-program-here' },
  });
});

test('a command is not split: a line with arguments is a program that does not exist', async () => {
  expect(await rejectionOf(callHandler(shell, { command: 'echo hello' }))).toMatchObject({
    code: 'SHELL_COMMAND_NOT_FOUND',
  });
});

test('a folder that does not exist, or is a file, is told from a missing program', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const cwd of [join(folder, 'nowhere'), join(folder, 'file')]) {
    const error = await rejectionOf(callHandler(shell, { command: 'echo', cwd }));
    expect(error).toMatchObject({ code: 'SHELL_CWD_NOT_FOUND', retryable: false, details: { cwd } });
  }
});

test('a program runs in the folder of the step', async () => {
  const cwd = temporaryFolder();
  expect(await callHandler(shell, { command: 'pwd', args: ['-P'], cwd })).toMatchObject({ stdout: cwd });
});

test.each([
  ['EACCES', { command: '/' }],
  ['ENOTDIR', { command: '/dev/null/program' }],
  ['E2BIG', { command: 'echo', args: ['x'.repeat(4_000_000)] }],
])('a program that the system refuses with %s is terminal', async (code, given) => {
  const error = await rejectionOf(callHandler(shell, given));
  expect(error).toMatchObject({ code: 'SHELL_START_FAILED', retryable: false, details: { code } });
  expect(String(error).length).toBeLessThan(300);
});

test('a shell is there when asked for, and its arguments are data', async () => {
  const output = await callHandler(
    shell,
    sh('printf "%s|" "$1" "$2" "$#" | tr a-z A-Z', { args: ['; exit 1', '$(id) `id`'] }),
  );
  expect(output.stdout).toBe('; EXIT 1|$(ID) `ID`|2|');
});

test('what the step gives as input is read on stdin, however long', async () => {
  const input = `${'ü'.repeat(700_000)}\n`;
  const output = await callHandler(shell, { command: 'wc', args: ['-c'], input });
  expect(output.stdout.trim()).toBe('1400001');
});

test('a program need not read its input', async () => {
  expect(await callHandler(shell, { command: 'true', input: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 });
});

test('without input stdin is at its end', async () => {
  expect(await callHandler(shell, { command: 'cat' })).toMatchObject({ stdout: '' });
});

test('a program finds out which step it is, and a step cannot pretend to be another', async () => {
  const output = await callHandler(
    shell,
    { command: 'env', env: { SISYPHUS_RUN_ID: 'forged' } },
    { runId: 'r1', stepKey: 'build[2]', attempt: 3, idempotencyKey: 'r1:build[2]' },
  );
  expect(output.lines).toEqual(
    expect.arrayContaining([
      'SISYPHUS_RUN_ID=r1',
      'SISYPHUS_STEP_KEY=build[2]',
      'SISYPHUS_ATTEMPT=3',
      'SISYPHUS_IDEMPOTENCY_KEY=r1:build[2]',
    ]),
  );
});

test('the environment is this one and what the step adds, or that alone', async () => {
  const env = { NUMBER: 8080, EMPTY: '', LINES: 'a\nb=c' };
  const print = { ...script('console.log(JSON.stringify(process.env))'), parse: 'json' };
  const both = await callHandler(shell, { ...print, env });
  expect(both.json).toMatchObject({ NUMBER: '8080', EMPTY: '', LINES: 'a\nb=c', PATH: process.env.PATH });
  const alone = await callHandler(shell, { ...print, env, inheritEnv: false });
  expect(
    Object.keys(Object(alone.json))
      .filter((name) => !name.startsWith('SISYPHUS_'))
      .sort(),
  ).toEqual(['EMPTY', 'LINES', 'NUMBER']);
});

test('no value of the environment, no argument and no command line gets into an error', async () => {
  const secret = 'hunter2-hunter2';
  const steps = [
    { command: 'false', args: [secret], env: { TOKEN: secret } },
    { command: 'no-such-program', args: [secret], env: { TOKEN: secret } },
    { command: 'echo', args: [secret], env: { TOKEN: secret }, cwd: '/no/such/folder' },
    { command: 'echo', args: ['x'.repeat(4_000_000), secret], env: { TOKEN: secret } },
    { command: 'yes', args: [secret], env: { TOKEN: secret }, maxBuffer: 1 },
    { command: 'true', args: [secret], env: { TOKEN: secret }, parse: 'json' },
    { command: 'true', env: { TOKEN: `${secret}\0` } },
    sh(`: ${secret}; exit 1`),
  ];
  for (const step of steps) {
    const error = await rejectionOf(callHandler(shell, step));
    expect(error).toMatchObject({ code: expect.any(String) });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(secret);
  }
});

test.each(['stdout', 'stderr'])('more than maxBuffer on %s is terminal', async (stream) => {
  const error = await rejectionOf(
    callHandler(shell, { ...script(`process.${stream}.write("x".repeat(1001))`), maxBuffer: 1000 }),
  );
  expect(error).toMatchObject({ code: 'SHELL_OUTPUT_TOO_LARGE', retryable: false, details: { maxBuffer: 1000 } });
});

test('exactly maxBuffer bytes are not too many, and bytes are counted', async () => {
  expect(await callHandler(shell, { command: 'printf', args: ['üü'], maxBuffer: 4 })).toMatchObject({ stdout: 'üü' });
  const error = await rejectionOf(callHandler(shell, { command: 'printf', args: ['üü'], maxBuffer: 3 }));
  expect(error).toMatchObject({ code: 'SHELL_OUTPUT_TOO_LARGE' });
});

test('a program that never stops writing is stopped at 1 MiB', async () => {
  const error = await rejectionOf(callHandler(shell, { command: 'yes' }));
  expect(error).toMatchObject({ code: 'SHELL_OUTPUT_TOO_LARGE', details: { maxBuffer: 1_048_576 } });
});

test('bytes that are no text become replacement characters, never an error', async () => {
  const output = await callHandler(shell, { command: 'printf', args: ['a\\000b\\377\\376c\\n\\303'] });
  expect(output).toMatchObject({ stdout: 'a\0b\uFFFD\uFFFDc\n\uFFFD', lines: ['a\0b\uFFFD\uFFFDc', '\uFFFD'] });
});

test('an attempt that is already aborted starts nothing', async () => {
  const file = join(temporaryFolder(), 'started');
  const reason = new Error('cancelled');
  const error = await rejectionOf(
    callHandler(shell, { command: 'touch', args: [file] }, { signal: AbortSignal.abort(reason) }),
  );
  expect(error).toBe(reason);
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

test.each([
  ['nothing', undefined, 'expected object'],
  ['no command', {}, 'command'],
  ['an empty command', { command: '' }, 'command: must not be empty'],
  ['an unknown key', { command: 'ls', argv: [] }, '"argv"'],
  ['one text as arguments', { command: 'ls', args: '-l' }, 'args'],
  ['a null argument', { command: 'ls', args: [null] }, 'args[0]: expected a text, a number or a boolean'],
  ['a NUL in an argument', { command: 'ls', args: ['a\0'] }, 'args[0]: must not contain a NUL character'],
  ['a variable with an equals sign', { command: 'ls', env: { 'A=B': 'c' } }, 'env.A=B'],
  ['an exit code no system has', { command: 'ls', allowExitCodes: [256] }, 'allowExitCodes[0]'],
  ['a buffer of nothing', { command: 'ls', maxBuffer: 0 }, 'maxBuffer'],
  ['another way to parse', { command: 'ls', parse: 'yaml' }, 'parse'],
])('%s is refused before anything runs', async (_, given, said) => {
  const error = await rejectionOf(callHandler(shell, given));
  expect(error).toMatchObject({ code: 'HANDLER_INPUT_INVALID', message: expect.stringContaining(said) });
  expect(isTerminalError(error)).toBe(true);
});
