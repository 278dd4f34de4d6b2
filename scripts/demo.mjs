// `npx -y pnpm@12 demo [REPOSITORY]`: runs examples/release-notes.yaml on a git repository (this one), kills the process in the
// middle with SIGKILL, resumes the run, and proves from the log and from outside it that nothing was done twice.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { judge } from './demo/judge.mjs';
import { createPaint } from './demo/paint.mjs';
import { createSandbox } from './demo/sandbox.mjs';
import { readEvents, sisyphus, startSisyphus } from './demo/sisyphus.mjs';
import { drawTimeline } from './demo/timeline.mjs';

const deadlineMs = 120_000;
const workflow = fileURLToPath(new URL('../examples/release-notes.yaml', import.meta.url));
const repository = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const paint = createPaint(process.stdout, process.env);
const say = (/** @type {string} */ line = '') => console.log(line);
const indent = (/** @type {string} */ line) => say(`     ${paint.dim('│')} ${line}`);

const sandbox = createSandbox();
const stopped = /** @type {Set<number>} */ (new Set());
const running = /** @type {Set<import('node:child_process').ChildProcess>} */ (new Set());
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    cleanUp();
    process.exit(130);
  });
}
try {
  process.exitCode = (await demonstrate()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  cleanUp();
}

/** Does it all, and tells whether what is claimed holds. */
async function demonstrate() {
  const setting = { cwd: join(sandbox.folder, 'work'), env: sandbox.env };
  const input = JSON.stringify({ repo: repository });
  const runArguments = ['run', workflow, '--input', input, '--db'];
  say(paint.bold('Sisyphus State: a workflow is killed, and goes on from where it stood.'));
  say(paint.dim(`examples/release-notes.yaml on ${repository}`));

  say(`\n ${paint.cyan('1')}  It runs in a process of its own:`);
  sandbox.hold();
  const first = start([...runArguments, sandbox.database], { ...setting, onLine: indent });
  const runId = await waitFor(
    'the id of the run',
    () => /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(first.lines[0] ?? '')?.[0],
    first,
  );
  await untilTheMiddle(runId, first, setting);

  const pid = first.child.pid ?? 0;
  say(`\n ${paint.cyan('2')}  In the middle of it: ${paint.red(`kill -9 ${pid}`)}`);
  first.child.kill('SIGKILL');
  const { signal } = await first.ended;
  // A machine that loses power takes what the process had started with it; a signal does not.
  stopOpenCalls();
  const callsBefore = sandbox.readCalls().length;
  const killedAfter = (await readEvents(runId, sandbox.database, setting)).at(-1)?.seq ?? 0;
  indent(`the process was ended by ${signal}; the log ends with event ${killedAfter}`);

  say(`\n ${paint.cyan('3')}  Another process resumes it: ${paint.bold(`sisyphus resume ${runId}`)}`);
  sandbox.letAllGo();
  const second = start(['resume', runId, '--db', sandbox.database], { ...setting, onLine: indent });
  const { status } = await second.ended;
  if (status !== 0) throw new Error(`The resume ended with ${status}.`);

  const events = await readEvents(runId, sandbox.database, setting);
  say(`\n ${paint.cyan('4')}  What the audit log says:\n`);
  for (const line of drawTimeline(events, { pids: [pid, second.child.pid ?? 0], paint })) say(`     ${line}`);

  say(`\n ${paint.cyan('5')}  What that proves:\n`);
  const findings = judge({
    ...(await gather(runId, input, setting)),
    events,
    killedAfter,
    calls: sandbox.readCalls(),
    callsBefore,
  });
  for (const { claim, holds } of findings) say(`     ${holds ? paint.green('yes') : paint.red('NO ')}  ${claim}`);
  const proven = findings.every(({ holds }) => holds);
  say(
    `\n${proven ? paint.green('Nothing was done twice.') : paint.red('That should not have happened: please report it, with this output.')}`,
  );
  return proven;
}

/**
 * Waits until a step is done and another one is running: the first section is written, if there are two, and git is being
 * asked for another.
 *
 * @param {string} runId
 * @param {ReturnType<typeof startSisyphus>} run
 * @param {import('./demo/sisyphus.mjs').Setting} setting
 */
async function untilTheMiddle(runId, run, setting) {
  const isHeld = (/** @type {string} */ key) => sandbox.readCalls().some(({ stepKey }) => stepKey === key);
  await waitFor('git to be asked for a section', () => isHeld('sections[0]'), run);
  const sections =
    (await readEvents(runId, sandbox.database, setting)).find(({ stepKey }) => stepKey === 'sections')?.payload
      .itemCount ?? 1;
  if (sections === 1) return;
  sandbox.letGo('sections[0]');
  await waitFor('git to be asked for the next section', () => isHeld('sections[1]'), run);
  await waitFor(
    'the first section',
    async () =>
      (await readEvents(runId, sandbox.database, setting)).some(
        ({ type, stepKey }) => type === 'step_completed' && stepKey === 'sections[0]',
      ),
    run,
  );
}

/**
 * Collects what can only be known afterwards: the notes, those of an undisturbed run, and what `verify` says.
 *
 * @param {string} runId
 * @param {string} input
 * @param {import('./demo/sisyphus.mjs').Setting} setting
 */
async function gather(runId, input, setting) {
  const elsewhere = { cwd: join(sandbox.folder, 'undisturbed'), env: process.env };
  await sisyphus(['run', workflow, '--input', input, '--db', join(elsewhere.cwd, 'state.db')], elsewhere);
  const { status } = await start(['verify', runId, '--db', sandbox.database], setting).ended;
  const [notes = '', undisturbed = ''] = [setting.cwd, elsewhere.cwd].map((folder) =>
    readFileSync(join(folder, 'release-notes.md'), 'utf8'),
  );
  return { notes, undisturbed, verified: status === 0 };
}

/**
 * @param {readonly string[]} args
 * @param {import('./demo/sisyphus.mjs').Setting} setting
 */
function start(args, setting) {
  const started = startSisyphus(args, setting);
  running.add(started.child);
  started.child.once('exit', () => running.delete(started.child));
  return started;
}

/**
 * Waits for a condition, as long as the process that should bring it about lives.
 *
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} look
 * @param {ReturnType<typeof startSisyphus>} run
 * @returns {Promise<NonNullable<T>>}
 */
async function waitFor(what, look, { child, lines }) {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen) return /** @type {NonNullable<T>} */ (seen);
    if (child.exitCode !== null)
      throw new Error(`The run ended with ${child.exitCode} before ${what}:\n${lines.join('\n')}`);
    if (performance.now() > until) throw new Error(`Waited ${deadlineMs / 1000} s for ${what}.`);
    await wait(25);
  }
}

/** Ends what the killed process had started, each once: a number may belong to somebody else later. */
function stopOpenCalls() {
  for (const { pid } of sandbox.openCalls()) {
    if (stopped.has(pid)) continue;
    stopped.add(pid);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function cleanUp() {
  for (const child of running) child.kill('SIGKILL');
  stopOpenCalls();
  sandbox.remove();
}
