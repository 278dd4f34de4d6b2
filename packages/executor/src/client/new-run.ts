import { decodeValue, encodeValue, type NewRun } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import { budgetOf } from '../definition/budget-of.js';
import type { BudgetDefinition } from '../definition/definition.js';
import { type Duration, readDuration } from '../definition/parse-duration.js';
import { deepFreeze } from '../engine/deep-freeze.js';
import type { NewRunOptions } from '../executor-options.js';
import type { JsonValue } from '../expressions/json-value.js';
import type { Program } from '../program.js';
import type { Workflow } from '../workflow.js';
import { checkedInput } from './checked-input.js';
import type { Client } from './client.js';
import { newDefinition, programOf } from './plan-source.js';

/** A run that is ready to be created, checked as far as it can be without the store. */
export interface PreparedRun {
  readonly program: Program;
  /** As the workflow sees it: decoded from what will be stored. */
  readonly input: unknown;
  readonly run: NewRun;
}

/** Checks workflow and input, and says what to create; nothing is written. Queue, priority and tags are the options', else the definition's. */
export function prepareRun(
  client: Client,
  workflow: Workflow | string,
  input: unknown,
  options: NewRunOptions,
): PreparedRun {
  const program = programOf(client, workflow);
  const { name, version } = program;
  const said = program.kind === 'data' ? program.definition : program;
  const { maxPayloadBytes } = client.engine;
  const text = encodeValue(checkedInput(program, input), {
    what: `input of workflow "${name}"`,
    maxBytes: maxPayloadBytes,
  });
  const stored = deepFreeze(decodeValue(text));
  if (program.kind === 'data') program.checkInput((stored ?? null) as JsonValue); // decoded from JSON text
  const { runId = uuidv7(), queue, priority, tags, budget, deadline = said.deadline, ...others } = options;
  const run: NewRun = {
    namespace: others.namespace,
    idempotencyKey: others.idempotencyKey,
    concurrencyKey: others.concurrencyKey,
    id: runId,
    name,
    version,
    definition: newDefinition(program),
    input: text,
    queue: queue ?? said.queue,
    priority: priority ?? said.priority,
    tags: tags ?? said.tags,
    budget: budgetOf(mergeBudgets(said.budget, budget)),
    deadlineMs: deadline === undefined ? null : deadlineMsOf(deadline),
  };
  return { program, input: stored, run };
}

/** The milliseconds of a deadline. Throws `RangeError` for what is no duration, or none at all. */
export function deadlineMsOf(deadline: Duration): number {
  const deadlineMs = readDuration(deadline);
  if (deadlineMs !== null && deadlineMs > 0) return deadlineMs;
  throw new RangeError(
    `\`deadline\` is ${JSON.stringify(deadline)}; it is a duration of more than 0, such as "3d", or whole milliseconds.`,
  );
}

function mergeBudgets(
  written: BudgetDefinition | undefined,
  given: BudgetDefinition | undefined,
): BudgetDefinition | undefined {
  return written === undefined || given === undefined ? (given ?? written) : { ...written, ...given };
}

/** The instant of a delayed start on the store's clock. Throws `RangeError` for what is neither a duration nor an instant. */
export function startInstant(startAfter: string | number | Date, now: number): number {
  if (startAfter instanceof Date) return checkInstant(startAfter.getTime());
  const delayMs = readDuration(startAfter);
  return checkInstant(delayMs === null ? Number.NaN : now + delayMs);
}

function checkInstant(at: number): number {
  if (Number.isSafeInteger(at)) return at;
  throw new RangeError('`startAfter` is a duration such as "10m", whole milliseconds, or a valid Date.');
}
