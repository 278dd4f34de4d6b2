import {
  type EventRow,
  type FoldState,
  projectedRunColumns,
  projectedStepColumns,
  type RunProjection,
  type StepProjection,
} from '@sisyphus-state/schema';
import { decodeChange, type EventLike } from './decode-change.js';
import { readSnapshot } from './fork-snapshot.js';
import { project } from './project.js';
import type { Projection } from './projection.js';

type Columns = Record<string, unknown>;

const blankRun = blank(projectedRunColumns);
const blankStep = blank(projectedStepColumns);

/** A run as its log tells it, while the log is being read. */
export interface Fold {
  run: Columns | null;
  readonly steps: Map<string, Columns>;
}

/** A fold that has read nothing yet. */
export function emptyFold(): Fold {
  return { run: null, steps: new Map() };
}

/** What a fold reads of an event; `body` is the text its `payloadRef` refers to. */
export type FoldableEvent = EventLike &
  Pick<EventRow, 'runId' | 'seq' | 'at' | 'fence' | 'worker' | 'source'> & {
    readonly body: string | null;
  };

/** Adds one event to the fold, in place; user events and types this version does not know change nothing. */
export function foldEvent(fold: Fold, event: FoldableEvent): void {
  if (event.source === 'user') return;
  const change = decodeChange(event, event.body);
  if (change === null) return;
  if (change.type === 'run_adopted') return startFrom(fold, change.snapshot);
  if (change.type === 'run_forked') return startFrom(fold, readSnapshot(change.snapshot.inline ?? event.body));
  const { runId, seq, at, worker } = event;
  applyProjection(fold, project(change, { runId, seq, at, worker, fence: event.fence ?? 0 }));
}

/** Carries a projection out on a fold, as a dialect carries it out on its tables. */
export function applyProjection(fold: Fold, projection: Projection): void {
  if (projection.run !== null) fold.run = { ...(fold.run ?? blankRun), ...projection.run };
  for (const { stepKey, set, onInsert } of projection.steps) {
    const known = fold.steps.get(stepKey);
    const start = known ?? { ...blankStep, stepKey, attempts: 0, attemptsBase: 0, ...onInsert };
    fold.steps.set(stepKey, { ...start, ...set });
  }
}

/** The fold's run and steps as rows; null when the log has not begun. */
export function foldedState(fold: Fold): FoldState | null {
  if (fold.run === null) return null;
  // Every column of the two tuples was set by blank() and then by projections, which are typed.
  return { run: fold.run as unknown as RunProjection, steps: [...fold.steps.values()] as unknown as StepProjection[] };
}

/** Folds changes that are not stored yet: how a new run's first row is made. */
export function foldProjections(projections: readonly Projection[]): FoldState {
  const fold = emptyFold();
  for (const projection of projections) applyProjection(fold, projection);
  const state = foldedState(fold);
  if (state === null) throw new Error('A new run needs workflow_started or run_forked as its first change.');
  return state;
}

function startFrom(fold: Fold, snapshot: FoldState): void {
  // Columns that the version which wrote the snapshot did not know yet are empty.
  fold.run = { ...blankRun, ...snapshot.run };
  fold.steps.clear();
  for (const step of snapshot.steps) fold.steps.set(step.stepKey, { ...blankStep, ...step });
}

function blank(columns: readonly string[]): Columns {
  return Object.fromEntries(columns.map((column) => [column, null]));
}
