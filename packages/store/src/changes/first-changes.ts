import type { CarriedSteps, ForkRequest, ForkSource, NewRun } from '../store-types.js';
import type { Change } from './change.js';
import { forkSnapshot, snapshotText } from './fork-snapshot.js';

/** What a run that is forked begins with. */
export interface Fork {
  readonly source: ForkSource;
  readonly request: ForkRequest;
  readonly carried: CarriedSteps;
}

/** A run as the dialects create it: new, or forked from another. */
export interface RunToCreate extends NewRun {
  readonly fork?: Fork;
}

/** The fork of a run as the dialects create it: all that it begins with is in its snapshot. */
export function toRunToCreate(fork: Fork): RunToCreate {
  const { run } = fork.source;
  const { id, idempotencyKey, namespace = run.namespace } = fork.request;
  return { id, idempotencyKey, namespace, name: run.name, input: null, fork };
}

/** The changes of the commit that creates a run at an instant. */
export function firstChanges(run: RunToCreate, at: number): readonly Change[] {
  const claimed: readonly Change[] = run.lease ? [{ type: 'run_claimed', takenFrom: null, first: true }] : [];
  return [
    run.fork === undefined ? startedChange(run, at) : forkedChange(run.fork, at),
    ...claimed,
    ...(run.changes ?? []),
  ];
}

function forkedChange({ source, request, carried }: Fork, at: number): Change {
  return {
    type: 'run_forked',
    sourceRunId: source.run.id,
    sourceSeq: source.run.lastSeq,
    from: request.from,
    snapshot: snapshotText(forkSnapshot(source, request, carried, at)),
  };
}

function startedChange(run: NewRun, at: number): Change {
  return {
    type: 'workflow_started',
    namespace: run.namespace ?? 'default',
    name: run.name,
    version: run.version ?? null,
    definitionHash: run.definition?.hash ?? null,
    input: run.input,
    tags: run.tags ?? null,
    budget: run.budget ?? null,
    queue: run.queue ?? 'default',
    priority: run.priority ?? 0,
    concurrencyKey: run.concurrencyKey ?? null,
    idempotencyKey: run.idempotencyKey ?? null,
    parentRunId: run.parent?.runId ?? null,
    parentStepKey: run.parent?.stepKey ?? null,
    rootRunId: run.parent?.rootRunId ?? run.id,
    wakeAt: run.wakeAt ?? null,
    deadlineAt: run.deadlineAt ?? (run.deadlineMs == null ? null : at + run.deadlineMs),
  };
}
