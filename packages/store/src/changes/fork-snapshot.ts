import type { FoldState, RunProjection, StepProjection, StepRow } from '@sisyphus-state/schema';
import { projectedRunColumns, projectedStepColumns } from '@sisyphus-state/schema';
import type { JsonText } from '../codec/encode-value.js';
import { jsonColumn } from '../codec/json-column.js';
import type { CarriedSteps, ForkRequest, ForkSource } from '../store-types.js';
import type { Projection } from './projection.js';

/**
 * Says what a fork is from its first event on: a run of its own that has used nothing yet, with its source's checkpoints.
 *
 * What the fork carries settled before its log began: `settledSeq` counts down to 0, in the order the steps settled in.
 * So a log tells what the run did itself.
 */
export function forkSnapshot(source: ForkSource, request: ForkRequest, carried: CarriedSteps, at: number): FoldState {
  const settled = new Set(carried.settled);
  const inDoubt = new Set(carried.inDoubt);
  const rows = source.steps.filter(({ stepKey }) => settled.has(stepKey) || inDoubt.has(stepKey));
  const ranks = rankBySettling(rows.filter(({ stepKey }) => settled.has(stepKey)));
  return {
    run: forkedRun(source, request, at),
    steps: rows.map((row) => {
      const settledSeq = ranks.get(row.stepKey) ?? null;
      const open = settledSeq === null ? ({ status: 'in_doubt', finishedAt: null } as const) : {};
      return { ...stepProjection(row), ...open, settledSeq, usage: null, reserved: null, wakeAt: null };
    }),
  };
}

/** Reads the snapshot of a `run_forked`. */
export function readSnapshot(text: string | null): FoldState {
  if (text === null)
    throw new Error('The snapshot of a run_forked event is not in `payloads`: the log can not be folded.');
  // `forkSnapshot` made it.
  return JSON.parse(text) as FoldState;
}

/** What a snapshot does to the rows: it is all that there is of them. */
export function projectSnapshot({ run, steps }: FoldState): Projection {
  return { run, steps: steps.map(({ stepKey, ...set }) => ({ stepKey, set, onInsert: {} })), mail: [] };
}

/** The text of a snapshot, as the event carries it. */
export function snapshotText(snapshot: FoldState): JsonText {
  // JSON by definition, of columns that hold texts and numbers.
  return JSON.stringify(snapshot) as JsonText;
}

function forkedRun({ run }: ForkSource, request: ForkRequest, at: number): RunProjection {
  const { id, namespace, idempotencyKey = null, tags, queue, priority, concurrencyKey } = request;
  const { definitionHash, name, version, budget, inputRef } = run;
  const blank = Object.fromEntries(projectedRunColumns.map((column) => [column, null]));
  return {
    // Every column that is not null stands below.
    ...(blank as unknown as RunProjection),
    ...{ id, rootRunId: id, name, version, definitionHash, idempotencyKey, budget, inputRef },
    status: 'pending',
    input: inputRef === null ? run.input : null,
    namespace: namespace ?? run.namespace,
    tags: tags === undefined ? run.tags : jsonColumn(tags),
    queue: queue ?? run.queue,
    priority: priority ?? run.priority,
    concurrencyKey: concurrencyKey === undefined ? run.concurrencyKey : concurrencyKey,
    // As long from now as the source had.
    deadlineAt: run.deadlineAt === null ? null : at + (run.deadlineAt - run.createdAt),
    fence: 0,
    createdAt: at,
  };
}

function stepProjection(row: StepRow): StepProjection {
  const columns = Object.fromEntries(projectedStepColumns.map((column) => [column, row[column]]));
  // Exactly the columns of StepProjection are picked, from a row that has them all.
  const projection = columns as unknown as StepProjection;
  return row.resultRef === null ? projection : { ...projection, result: null };
}

/** The last one settled has 0, the one before it -1. */
function rankBySettling(rows: readonly StepRow[]): ReadonlyMap<string, number> {
  const ordered = rows.toSorted((one, other) => (one.settledSeq ?? 0) - (other.settledSeq ?? 0));
  return new Map(ordered.map(({ stepKey }, index) => [stepKey, index + 1 - ordered.length]));
}
