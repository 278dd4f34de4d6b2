import type { EventRow } from '../../../model/event-row.js';
import type { PayloadRow } from '../../../model/other-rows.js';
import type { RunRow } from '../../../model/run-row.js';
import type { RunStatus } from '../../../model/statuses.js';
import type { StepRow } from '../../../model/step-row.js';
import { adoptEvents } from './adopt-events.js';
import { adoptStep } from './adopt-step.js';
import { adoptedEvent } from './adopted-event.js';
import { draftInstant } from './draft-instant.js';
import type { DraftRecords, DraftRun } from './draft-tables.js';
import { type DraftJson, jsonOf, textOf } from './draft-values.js';
import { createPayloadKeeper, type PayloadKeeper } from './payload-keeper.js';
import { readStepHistories } from './step-history.js';

/** A run of the draft as rows of the new tables. */
export interface AdoptedRun {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  /** The draft's, and last `run_adopted`, from which a fold of the log starts. */
  readonly events: readonly EventRow[];
  readonly payloads: readonly PayloadRow[];
}

/**
 * Turns all the draft kept of a run into new rows; pure, so that one run is looked at in one place.
 *
 * A run that was running is paused with reason `adopted`: which process had it is not known, and resuming goes on.
 */
export function adoptRun(records: DraftRecords, now: number): AdoptedRun {
  const keeper = createPayloadKeeper();
  const runId = textOf(records.run.id);
  const createdAt = draftInstant(records.run.createdAt) ?? draftInstant(records.run.updatedAt) ?? now;
  const runUpdatedAt = draftInstant(records.run.updatedAt) ?? createdAt;
  const events = adoptEvents(records.events, { runId, createdAt, keeper });
  const adoptedSeq = events.length + 1;
  const histories = readStepHistories(events);
  const steps = records.steps.map((step) => adoptStep(step, { runId, runUpdatedAt, histories, adoptedSeq, keeper }));
  const run = runRow(records.run, { runId, createdAt, updatedAt: runUpdatedAt, lastSeq: adoptedSeq, steps, keeper });
  const rows = [...events.map((event) => event.row), adoptedEvent({ run, steps, seq: adoptedSeq, at: now, keeper })];
  return { run, steps, events: rows, payloads: keeper.kept() };
}

interface RunContext {
  readonly runId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastSeq: number;
  readonly steps: readonly StepRow[];
  readonly keeper: PayloadKeeper;
}

function runRow(draft: DraftRun, { runId, createdAt, updatedAt, lastSeq, steps, keeper }: RunContext): RunRow {
  const status = statusOf(draft.status);
  const input = keeper.keep(textOrNull(jsonOf(draft.input)));
  const context = keeper.keep(textOrNull(jsonOf(draft.context)));
  return {
    ...unusedByTheDraft,
    id: runId,
    name: textOf(draft.name),
    status,
    reason: status === 'paused' ? 'adopted' : null,
    input: input.inline,
    inputRef: input.ref,
    context: context.inline,
    contextRef: context.ref,
    error: status === 'failed' ? lastError(steps) : null,
    rootRunId: runId,
    revision: 1,
    lastSeq,
    createdAt,
    updatedAt,
    startedAt: createdAt,
    finishedAt: status === 'paused' ? null : updatedAt,
  };
}

const unusedByTheDraft = {
  namespace: 'default',
  version: null,
  definitionHash: null,
  endingAs: null,
  output: null,
  outputRef: null,
  tags: null,
  usage: null,
  budget: null,
  parentRunId: null,
  parentStepKey: null,
  idempotencyKey: null,
  queue: 'default',
  priority: 0,
  concurrencyKey: null,
  wakeAt: null,
  deadlineAt: null,
  fence: 0,
  leaseWorker: null,
  leaseHolder: null,
  leaseExpiresAt: null,
  leaseMs: null,
  leaseRenewals: 0,
} as const satisfies Partial<RunRow>;

function statusOf(cell: unknown): Extract<RunStatus, 'completed' | 'failed' | 'paused'> {
  return cell === 'completed' || cell === 'failed' ? cell : 'paused';
}

function textOrNull(json: DraftJson | null): string | null {
  return json === null ? null : json.text;
}

/** The draft's run had no error of its own: it failed because of the step that failed last. */
function lastError(steps: readonly StepRow[]): string | null {
  const failed = steps.filter((step) => step.status === 'failed');
  failed.sort((a, b) => (b.settledSeq ?? 0) - (a.settledSeq ?? 0));
  return failed[0]?.error ?? null;
}
