import { isDeepStrictEqual } from 'node:util';
import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { findViolations } from '../crash/find-violations.js';
import { type DeathPoint, type Fault, type LifeEnd, live, never } from '../crash/live.js';
import type { RecordedRun } from '../crash/recorded-run.js';
import type { World } from '../crash/world.js';
import { readEffects } from '../support/effects.mjs';
import type { StepSpec } from './random-workflow.js';
import { type ExpectedEnd, expectEnd } from './reference-model.js';

/** The world's own database, or one in memory that is gone with the trial. */
export type Keeping = 'world' | 'memory';

/** What one world is lived through with. */
export interface Trial {
  readonly specs: readonly StepSpec[];
  readonly keeping: Keeping;
  /** Where processes stop, one after the other; the last one lives. */
  readonly deaths: readonly DeathPoint[];
}

/** Lets one process after the other die, and a last one live; gives all that is not as it must be. */
export async function liveThrough(world: World, trial: Trial, between?: Fault['between']): Promise<readonly string[]> {
  const client = trial.keeping === 'memory' ? new Database(':memory:') : null;
  const open: NonNullable<Fault['open']> = (_, options) =>
    client === null ? world.open(options) : openStore({ client: drizzle({ client }) }, options);
  try {
    let end: LifeEnd | null = null;
    for (const [index, point] of [...trial.deaths, never].entries()) {
      end = await live(world, { name: `process-${index}`, point, fault: { open, between } });
      if (!end.crashed) break;
    }
    const store = await open(world.location, {});
    const run = await store.readRun(world.runId);
    const [steps, events] = [await store.readSteps(world.runId), await store.readEvents(world.runId)];
    await store.close();
    if (run === null || end === null) return ['the run was never created'];
    const recorded: RecordedRun = { run, steps, events };
    const promised = findViolations(world.workflow, recorded, readEffects(world.effects));
    return [...promised, ...compareEnd(recorded, end, expectEnd(trial.specs))];
  } finally {
    client?.close();
  }
}

function compareEnd({ run, steps }: RecordedRun, end: LifeEnd, expected: ExpectedEnd): string[] {
  const found: string[] = [];
  const compare = (what: string, actual: unknown, wanted: unknown): void => {
    if (!isDeepStrictEqual(actual, wanted))
      found.push(`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
  };
  const { context, output } = expected;
  compare('the status', run.status, 'completed');
  compare('what the caller got', plain(end.result), plain({ runId: run.id, status: 'completed', context, output }));
  compare('the stored output', parse(run.output), plain(output));
  compare('the stored context', parse(run.context), plain(context));
  compare('the list of steps', steps.map(({ stepKey }) => stepKey).sort(), [...expected.steps.keys()].sort());
  for (const { stepKey, status, result, error } of steps) {
    const wanted = expected.steps.get(stepKey);
    compare(`step ${stepKey}`, { status, result: parse(result), error: null }, { error: null, ...plainRecord(wanted) });
    if (error !== null && status !== 'completed') found.push(`step ${stepKey} has an error and is ${status}`);
  }
  return found;
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

/** As it is after a way through JSON: `__proto__` a key, everything mutable and of plain prototypes. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

function plainRecord(value: unknown): Record<string, unknown> {
  return { ...(plain(value) as Record<string, unknown> | null) }; // a step's status and result
}
