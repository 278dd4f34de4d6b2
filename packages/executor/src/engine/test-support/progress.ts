import type { MailboxRow, StepRow } from '@sisyphus-state/schema';
import type { Change } from '@sisyphus-state/store';
import type { Plan } from '../../definition/plan.js';
import type { AttemptOutcome } from '../attempt.js';
import { type Batch, emptyBatch } from '../batch.js';
import type { DrivenRun } from '../driver-types.js';
import { endRun } from '../end-run.js';
import { Journal } from '../journal.js';
import type { RunProgress } from '../run-progress.js';
import type { Unit } from '../unit.js';
import { dataProgressOf } from './data-progress.js';
import { heldHandlers } from './handlers.js';
import { planOf, type StepAsWritten } from './plan.js';

/** A run in progress whose attempts a test ends by their keys. */
export interface TestProgress {
  readonly progress: RunProgress;
  /** All that was launched or waits, by key; the newest of each. */
  readonly units: ReadonlyMap<string, Unit>;
  /** What every batch so far had to say, in short: `started a`, launches as `→ a`, waits as `… a 100`. */
  readonly said: readonly string[];
  readonly batches: readonly Batch[];
  /** The inputs of the newest attempts, by key. */
  readonly inputs: ReadonlyMap<string, unknown>;
  complete(key: string, result?: string | null): readonly string[];
  fail(key: string, error?: unknown): readonly string[];
  wake(key: string): readonly string[];
  deliver(...mail: MailboxRow[]): readonly string[];
  /** What the driver asks for when nothing is under way any more. */
  end(): readonly string[];
  /** Lets `act` fill a batch. */
  step(act: (progress: RunProgress, batch: Batch) => void): readonly string[];
}

export interface ProgressOptions extends Partial<Omit<DrivenRun, 'makeProgress'>> {
  readonly plan?: Plan;
  readonly rows?: readonly StepRow[];
  readonly now?: number;
}

/** Begins a run of these steps, or goes on with one from its rows. */
export function progressOf(steps: readonly StepAsWritten[], options: ProgressOptions = {}): TestProgress {
  const { rows = [], now = 1000, plan = planOf(steps), ...run } = options;
  const { registry } = heldHandlers();
  const driven = { runId: 'r', input: {}, journal: new Journal(rows), ...run };
  const progress = dataProgressOf(plan, driven, { registry, now });
  const units = new Map<string, Unit>();
  const inputs = new Map<string, unknown>();
  const said: string[] = [];
  const batches: Batch[] = [];
  const step: TestProgress['step'] = (act) => {
    const batch = emptyBatch();
    act(progress, batch);
    batches.push(batch);
    for (const { unit, input } of batch.launches) inputs.set(unit.key, input);
    for (const { unit } of [...batch.launches, ...batch.waits]) units.set(unit.key, unit);
    const short = inShort(batch);
    said.push(...short);
    return short;
  };
  const unit = (key: string): Unit => {
    const known = units.get(key);
    if (known === undefined) throw new Error(`Nothing was started with the key ${key}.`);
    return known;
  };
  const settle = (key: string, outcome: AttemptOutcome) =>
    step((_, batch) => progress.settle(unit(key), outcome, batch));
  step((_, batch) => progress.advance(batch));
  return {
    ...{ progress, units, inputs, said, batches, step },
    // What a handler returns, as JSON text.
    complete: (key, result = null) => settle(key, { kind: 'completed', result, usage: null } as AttemptOutcome),
    fail: (key, error = new Error('no')) => settle(key, { kind: 'failed', error, usage: null }),
    wake: (key) => step((_, batch) => progress.wake(unit(key), batch)),
    end: () => step((_, batch) => endRun(progress, batch)),
    deliver: (...mail) => step((_, batch) => progress.deliver(mail, batch)),
  };
}

/** A batch in short. */
export function inShort({ changes, launches, waits }: Batch): readonly string[] {
  return [
    ...changes.map(nameOf),
    ...launches.map(({ unit: { key }, attempt }) => `→ ${key}${attempt === 1 ? '' : ` ${attempt}`}`),
    ...waits.map(({ unit: { key }, delayMs }) => `… ${key} ${delayMs}`),
  ];
}

function nameOf(change: Change): string {
  const name = change.type.replace(/^step_/, '');
  return 'stepKey' in change && change.stepKey !== null ? `${name} ${change.stepKey}` : name;
}
