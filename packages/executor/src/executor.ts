import { hostname } from 'node:os';
import { createRegistry, type HandlerSource } from '@sisyphus-state/handlers';
import {
  type CancelOutcome,
  decideCancel,
  type EventFilter,
  type RunFilter,
  type RunState,
  type StoredEvent,
  type WorkflowStore,
} from '@sisyphus-state/store';
import { v4 as uuidv4 } from 'uuid';
import type { Client } from './client/client.js';
import { listRunStates } from './client/list-runs.js';
import { resumeRun } from './client/resume-run.js';
import { type RunHandle, runHandle } from './client/run-handle.js';
import { startRun } from './client/start-run.js';
import type { RunResult } from './engine/driver-types.js';
import { LeaseKeeper } from './engine/lease-keeper.js';
import type { ExecutorOptions, ResumeOptions, StartOptions } from './executor-options.js';
import type { Workflow } from './workflow.js';

/**
 * Runs workflows durably on a store.
 *
 * Each step's outcome is committed before the next step begins; whoever resumes the run goes on from there. One executor
 * is one worker: it holds the runs it drives, and calls about other runs go through their log and mailbox.
 */
export class WorkflowExecutor {
  readonly #client: Client;

  constructor(store: WorkflowStore, handlers: HandlerSource = [], options: ExecutorOptions = {}) {
    const leaseMs = options.leaseMs ?? 30_000;
    this.#client = {
      store,
      engine: {
        store,
        registry: createRegistry(handlers),
        maxPayloadBytes: options.maxPayloadBytes ?? 1024 * 1024,
        abortGraceMs: options.abortGraceMs ?? 5000,
        observe: options.observe ?? null,
        random: options.random ?? Math.random,
      },
      keeper: new LeaseKeeper(store, leaseMs),
      lease: { worker: options.worker ?? `${hostname()}/${process.pid}/${uuidv4().slice(0, 8)}`, leaseMs },
      workflows: new Map((options.workflows ?? []).map((workflow) => [workflow.name, workflow])),
    };
  }

  /** What this executor is called as a holder of runs. */
  get worker(): string {
    return this.#client.lease.worker;
  }

  /**
   * Runs a workflow (or one given to the constructor, by name) to its end.
   *
   * Throws `WorkflowFailedError` or `WorkflowCancelledError` when it ends so, and before anything is written
   * `DefinitionInvalidError`, `InputInvalidError`, `HandlerNotFoundError` or `IdempotencyConflictError`. Given the
   * idempotency key of a run that has ended, it returns or throws as that run did; of one under way, it waits for it.
   */
  async execute(workflow: Workflow | string, input?: unknown, options: StartOptions = {}): Promise<RunResult> {
    return (await startRun(this.#client, workflow, input, options)).result;
  }

  /** As `execute`, but returns as soon as the run exists, with a handle to it. */
  async start(workflow: Workflow | string, input?: unknown, options: StartOptions = {}): Promise<RunHandle> {
    const { runId, created, result } = await startRun(this.#client, workflow, input, options);
    return runHandle(this.#client.store, { runId, created, result });
  }

  /**
   * Goes on with any run that is not completed, from its checkpoint; failed and cancelled steps get fresh attempts.
   *
   * The definition is the one stored with the run; hand one in for a run of the draft, or to check it against the
   * stored one (`onDrift`). A completed run is returned as it is. Throws `RunNotFoundError`, `RunHeldError`,
   * `DefinitionMissingError`, `DefinitionDriftError`, `HandlerNotFoundError`, and as `execute` when the run ends.
   */
  async resume(runId: string, workflow?: Workflow | string, options: ResumeOptions = {}): Promise<RunResult> {
    return (await resumeRun(this.#client, runId, workflow, options)).result;
  }

  /** Cancels a run: at once when nobody holds it, otherwise its holder is asked and does it. Never throws for a run that has ended. */
  async cancel(runId: string, reason: string | null = null): Promise<CancelOutcome> {
    return this.#client.store.transact(runId, (snapshot) => decideCancel(snapshot, reason));
  }

  /** A run and its steps as they stand; null when there is none. */
  state(runId: string): Promise<RunState | null> {
    return this.#client.store.getRunState(runId);
  }

  /** Runs without their steps, newest first. */
  list(filter: RunFilter = {}): Promise<readonly Omit<RunState, 'steps'>[]> {
    return listRunStates(this.#client.store, filter);
  }

  /** A run's audit log, oldest first. */
  events(runId: string, filter: EventFilter = {}): Promise<readonly StoredEvent[]> {
    return this.#client.store.readEvents(runId, filter);
  }

  /** Gives back all runs once their attempts in hand are recorded; they reject with `RunReleasedError` and can be resumed anywhere. */
  async stop(): Promise<void> {
    const drivers = this.#client.keeper.drivers;
    for (const driver of drivers) driver.release();
    await Promise.allSettled(drivers.map((driver) => driver.result));
  }
}
