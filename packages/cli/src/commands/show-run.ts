import { noUsage, type RunRow, type StoredError } from '@sisyphus-state/schema';
import type { RunState } from '@sisyphus-state/store';
import { showBudget } from '../format/budget.js';
import { paintStatus } from '../format/status.js';
import { cut, firstLine, oneLine, pad, stripControls } from '../format/text.js';
import { showAge, showDuration, showInstant } from '../format/time.js';
import { previewValue } from '../format/value.js';
import { showWait, waitOf } from '../format/wait.js';
import type { NextCommands } from '../live/summarize.js';
import type { Terminal } from '../terminal/terminal.js';
import { whyUnattended } from './run-attention.js';
import { showStepLines } from './show-steps.js';
import type { ShownRun } from './shown-run.js';

const labelWidth = 9;
const mostCauses = 4;

/** The lines of `show`: what is known of the run, its steps, and what to do next. */
export function showRunLines(shown: ShownRun, terminal: Terminal): readonly string[] {
  const { state, row } = shown;
  const { paint, columns } = terminal;
  const now = terminal.now();
  const facts = factsOf(shown, now).map(([label, text]) =>
    cut(`${paint.dim(pad(label, labelWidth))} ${text}`, columns),
  );
  return [
    `${paint.dim('run')} ${paint.bold(state.id)} ${oneLine(state.name)}`,
    `${paint.dim(pad('status', labelWidth))} ${paintStatus(state.status, paint)}${reasonOf(state, now)}`,
    ...facts,
    ...(state.error === null ? [] : errorLines(state.error, terminal)),
    ...(state.steps.length + shown.pending.length === 0 ? [] : ['', ...showStepLines(shown, terminal)]),
    ...(shown.paused == null ? adviceLines(row, now, shown.commands) : pausedLines(shown)),
  ];
}

function reasonOf({ status, reason, wakeAt }: RunState, now: number): string {
  const isParked = status === 'waiting' || (status === 'pending' && wakeAt !== null);
  if (!isParked) return reason === null ? '' : ` (${oneLine(reason)})`;
  const left = wakeAt !== null && wakeAt > now ? `, in ${showDuration(wakeAt - now)}` : '';
  return ` ${showWait(waitOf({ status, wakeAt, reason }), now)}${left}`;
}

function factsOf(
  { state, row, origin, pot }: ShownRun,
  now: number,
): readonly (readonly [label: string, text: string])[] {
  const { createdAt, startedAt, finishedAt, leaseWorker, leaseExpiresAt, input, output, context, idempotencyKey } =
    state;
  const facts: (readonly [string, string])[] = [['created', `${showInstant(createdAt)} (${showAge(createdAt, now)})`]];
  if (origin !== null) facts.push(['forked', `from ${oneLine(origin.from)} of ${oneLine(origin.runId)}`]);
  if (startedAt !== null && finishedAt !== null)
    facts.push(['finished', `${showInstant(finishedAt)}, after ${showDuration(finishedAt - startedAt)}`]);
  if (leaseWorker !== null)
    facts.push(['worker', `${oneLine(leaseWorker)}, lease until ${showInstant(leaseExpiresAt ?? 0)}`]);
  if (state.deadlineAt !== null && finishedAt === null) facts.push(['deadline', showInstant(state.deadlineAt)]);
  const used = pot?.usage ?? state.usage ?? noUsage;
  const budget = showBudget(state.budget, used);
  if (budget !== '') facts.push([state.budget === null ? 'used' : 'budget', budget]);
  const place = placeOf(row);
  if (place !== '') facts.push(['queue', place]);
  if (state.parentRunId !== null)
    facts.push(['parent', `${state.parentRunId}, its step ${oneLine(state.parentStepKey ?? '')}`]);
  if (idempotencyKey !== null) facts.push(['key', oneLine(idempotencyKey)]);
  const values = [
    ['input', input],
    ['output', output],
    ['context', context],
  ] as const;
  for (const [label, value] of values) {
    if (value !== undefined && value !== null) facts.push([label, previewValue(value, Number.POSITIVE_INFINITY)]);
  }
  return facts;
}

/** Where it stands for workers, when that is not where every run stands: `mail, priority 5, key acme`. */
function placeOf({ queue, priority, concurrencyKey, namespace }: RunRow): string {
  const parts = [
    priority === 0 ? null : `priority ${priority}`,
    concurrencyKey === null ? null : `key ${oneLine(concurrencyKey)}`,
    namespace === 'default' ? null : `namespace ${oneLine(namespace)}`,
  ].filter((part) => part !== null);
  return queue === 'default' && parts.length === 0 ? '' : [oneLine(queue), ...parts].join(', ');
}

/** The whole message: `show` is where one looks for it. */
function errorLines(error: StoredError, { paint }: Terminal): readonly string[] {
  const lines = stripControls(error.message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const causes: string[] = [];
  for (let cause = error.cause; cause !== null && causes.length < mostCauses; cause = cause.cause)
    causes.push(`because ${firstLine(cause.message)}`);
  const [first = error.name, ...others] = [...lines, ...causes];
  const indent = ' '.repeat(labelWidth + 1);
  return [
    `${paint.dim(pad('error', labelWidth))} ${paint.red(error.code ?? error.name)}: ${first}`,
    ...others.map((line) => `${indent}${line}`),
  ];
}

/** Why the engine paused the run, and how it goes on. */
function pausedLines({ state: { reason }, paused, commands: { resume } }: ShownRun): readonly string[] {
  const { stepKey, amount, needed, potId, kind, times } = paused ?? {};
  if (reason !== 'budget_exhausted')
    return [
      '',
      `Step ${oneLine(String(stepKey))} had the same ${kind} ${times} times in a row. To try it again:`,
      `  ${resume}`,
    ];
  const whose = typeof potId === 'string' && !resume.includes(potId) ? ` of run ${potId}` : '';
  const why = `The budget${whose} has no room for step ${oneLine(String(stepKey))}, which needs ${needed} of its ${amount}.`;
  if (whose !== '') return ['', `${why} Raise it there, then go on:`, `  ${resume}`];
  return ['', `${why} To raise it and go on:`, `  ${resume} --budget ${amount}=…`];
}

function adviceLines(row: RunRow, now: number, { resume, work, answer }: NextCommands): readonly string[] {
  const unattended = whyUnattended(row, now);
  if (unattended !== null)
    return [
      '',
      `This run is due, but ${unattended}. To go on:`,
      `  ${resume}`,
      'With all that is due in its queue:',
      `  ${work}`,
    ];
  if (row.status === 'waiting' && row.wakeAt === null) return ['', 'It waits for somebody:', `  ${answer}`];
  if (row.status === 'failed') return ['', 'Mend the cause, then go on from there:', `  ${resume}`];
  return [];
}
