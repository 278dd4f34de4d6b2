import { hostname } from 'node:os';
import { createRegistry, type HandlerSource } from '@sisyphus-state/handlers';
import {
  type CancelOutcome,
  decidePause,
  decideSignal,
  type EventFilter,
  encodeValue,
  type PauseOutcome,
  type RunFilter,
  type RunState,
  type SignalOutcome,
  type StoredEvent,
  type WorkflowStore,
} from '@sisyphus-state/store';
import { v4 as uuidv4 } from 'uuid';
import { type ApprovalOptions, answerApproval, resolveStep } from './client/answer-step.js';
import { cancelRun } from './client/cancel-run.js';
import { ChildTender } from './client/child-tender.js';
import type { Client, IdleResult } from './client/client.js';
import { enqueueRun } from './client/enqueue-run.js';
import { followRun } from './client/follow-run.js';
import { forkRun } from './client/fork-run.js';
import { Lifetime } from './client/lifetime.js';
import { listRunStates } from './client/list-runs.js';
import { resumeRun } from './client/resume-run.js';
import type { RunHandle } from './client/run-handle.js';
import { detachedHandle, drivenHandle } from './client/run-handles.js';
import { joinRun, startRun } from './client/start-run.js';
import { StoredPlans } from './client/stored-plans.js';
import { TasksUnderWay } from './client/tasks-under-way.js';
import { WorkflowList } from './client/workflow-list.js';
import type { CodeWorkflow } from './code/code-workflow.js';
import { breakerOf } from './definition/breaker-of.js';
import type { RunResult } from './engine/driver-types.js';
import { LeaseKeeper } from './engine/lease-keeper.js';
import type { StepResolution } from './engine/read-answer.js';
import type { RunDriver } from './engine/run-driver.js';
import type {
  ExecuteOptions,
  ExecutorOptions,
  ForkOptions,
  NewRunOptions,
  ResumeOptions,
  StartOptions,
} from './executor-options.js';
import type { WorkOptions } from './worker/work-options.js';
import { type WorkDone, Worker } from './worker/worker.js';
import type { Workflow } from './workflow.js';

/**
 * Runs workflows durably on a store.
 *
 * Each step's outcome is committed before the next step begins; whoever resumes the run goes on from there. One executor
 * is one worker: it holds the runs it drives, and calls about other runs go through their log and mailbox.
 */
export class WorkflowExecutor {
  readonly #client: Client;
  readonly #workers = new Set<Worker>();

  constructor(store: WorkflowStore, handlers: HandlerSource = [], options: ExecutorOptions = {}) {
    const leaseMs = options.leaseMs ?? 30_000;
    this.#client = {
      store,
      engine: {
        store,
        registry: createRegistry(handlers),
        maxPayloadBytes: options.maxPayloadBytes ?? 1024 * 1024,
        parkAfterMs: options.parkAfterMs ?? 1000,
        abortGraceMs: options.abortGraceMs ?? 5000,
        breaker: breakerOf(options.breaker),
        observe: options.observe ?? null,
        random: options.random ?? Math.random,
      },
      keeper: new LeaseKeeper(store, leaseMs),
      lease: { worker: options.worker ?? `${hostname()}/${process.pid}/${uuidv4().slice(0, 8)}`, leaseMs },
      workflows: new WorkflowList(options.workflows ?? []),
      plans: new StoredPlans(store),
      lifetime: new Lifetime(),
      claims: new TasksUnderWay(),
      cancels: new TasksUnderWay(),
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
   * With `until: 'idle'` it also returns when the run waits for an outsider, or for more than a minute.
   */
  execute<Input, Output>(
    workflow: CodeWorkflow<Input, Output>,
    input: NoInfer<Input>,
    options?: ExecuteOptions & { readonly until?: 'end' },
  ): Promise<RunResult<Output>>;
  execute(
    workflow: Workflow | string,
    input: unknown,
    options: ExecuteOptions & { readonly until: 'idle' },
  ): Promise<RunResult | IdleResult>;
  execute(workflow: Workflow | string, input?: unknown, options?: ExecuteOptions): Promise<RunResult>;
  async execute(
    workflow: Workflow | string,
    input?: unknown,
    { until, ...options }: ExecuteOptions = {},
  ): Promise<RunResult | IdleResult> {
    const tender = new ChildTender(this.#client);
    const { runId, driver } = await startRun(this.#client, workflow, input, options, { tender, lingers: true });
    return followRun(this.#client, runId, driver, { until, tender });
  }

  /**
   * As `execute`, but returns as soon as the run exists, with a handle to it.
   *
   * With `detach` (implied by `tx` and `startAfter`) nothing is driven here: workers of the run's queue take it. Inside
   * `tx` the run exists when the caller's transaction commits; on SQLite, whose transactions are synchronous, call it
   * without `await`: what is refused is thrown at once, and the handle is there when the promise is awaited afterwards.
   */
  start(workflow: Workflow | string, input?: unknown, options: StartOptions = {}): Promise<RunHandle> {
    const { detach, tx, startAfter, ...others } = options;
    const isDetached = detach ?? (tx !== undefined || startAfter !== undefined);
    if (!isDetached) return this.#startHere(workflow, input, others);
    return enqueueRun(this.#client, workflow, input, { ...others, tx, startAfter }).then((created) =>
      detachedHandle(this.#client, created),
    );
  }

  async #startHere(workflow: Workflow | string, input: unknown, options: NewRunOptions): Promise<RunHandle> {
    const tender = new ChildTender(this.#client);
    const started = await startRun(this.#client, workflow, input, options, { tender, lingers: true });
    return drivenHandle(this.#client, started, tender);
  }

  /**
   * Makes a new run of what another did before a step, and drives it on from there with the definition and input of that one.
   *
   * Any run can be forked, as it stands, and is left as it is. Carried over are the completed steps that do not need `from`
   * (of a run without a data definition: those that ended before `from` began); the fork never undoes them, and all else it
   * does anew, under idempotency keys of its own. Throws `RunNotFoundError`, `ForkStepError`, `IdempotencyConflictError`,
   * and unless it is left to workers (`detach`) `DefinitionMissingError` and `HandlerNotFoundError`.
   */
  async fork(runId: string, options: ForkOptions): Promise<RunHandle> {
    const forked = await forkRun(this.#client, runId, options);
    if (options.detach === true) return detachedHandle(this.#client, forked);
    const tender = new ChildTender(this.#client);
    const { driver } = await joinRun(this.#client, forked.runId, { tender, lingers: true });
    return drivenHandle(this.#client, { ...forked, driver }, tender);
  }

  /**
   * Goes on with any run that is not completed, from its checkpoint; failed and cancelled steps get fresh attempts.
   *
   * The definition is the one stored with the run; hand one in for a run of the draft, or to check it against the
   * stored one (`onDrift`). A completed run is returned as it is. Throws `RunNotFoundError`, `RunHeldError`,
   * `DefinitionMissingError`, `DefinitionDriftError`, `HandlerNotFoundError`, and as `execute` when the run ends.
   */
  resume(
    runId: string,
    workflow: Workflow | string | undefined,
    options: ResumeOptions & { readonly until: 'idle' },
  ): Promise<RunResult | IdleResult>;
  resume(runId: string, workflow?: Workflow | string, options?: ResumeOptions): Promise<RunResult>;
  async resume(
    runId: string,
    workflow?: Workflow | string,
    options: ResumeOptions = {},
  ): Promise<RunResult | IdleResult> {
    const tender = new ChildTender(this.#client);
    const { driver } = await resumeRun(this.#client, runId, workflow, options, { tender, lingers: true });
    return followRun(this.#client, runId, driver, { until: options.until, tender });
  }

  /** Works on the due runs of some queues, from wherever they were started, until the worker or this executor is stopped. */
  work(options: WorkOptions = {}): Worker {
    const worker = this.#newWorker(options);
    worker.start();
    return worker;
  }

  /** Works until nothing of some queues is due any more, for tests and for cron; runs that wait for a timer stay parked. */
  runUntilIdle(options: WorkOptions = {}): Promise<WorkDone> {
    return this.#newWorker(options).untilIdle();
  }

  #newWorker(options: WorkOptions): Worker {
    const worker = new Worker(this.#client, options);
    const forget = (): void => void this.#workers.delete(worker);
    this.#workers.add(worker);
    worker.stopped.then(forget, forget);
    return worker;
  }

  /**
   * Cancels a run: at once when nobody holds it, otherwise its holder is asked and does it. Never throws for a run that
   * has ended. What the run did is undone first, by its holder or by whoever takes it next: `requested` tells of that.
   */
  cancel(runId: string, reason: string | null = null): Promise<CancelOutcome> {
    return cancelRun(this.#client, runId, reason);
  }

  /** Lets a run stand still until somebody resumes it: at once when nobody holds it, else when its holder's attempts in hand have ended. */
  async pause(runId: string, reason: string | null = null): Promise<PauseOutcome> {
    return this.#client.store.transact(runId, (snapshot) => decidePause(snapshot, reason));
  }

  /**
   * Sends a run a signal. It is kept until a `wait-for-signal` of that name takes it, however early it comes; each is
   * taken once, in the order they came. `ended` tells that the run can't take any more.
   */
  async signal(runId: string, name: string, payload?: unknown): Promise<SignalOutcome> {
    const { engine, store } = this.#client;
    const text = encodeValue(payload, { what: `payload of signal "${name}"`, maxBytes: engine.maxPayloadBytes });
    return store.transact(runId, (snapshot) => decideSignal(snapshot, name, text));
  }

  /** Says yes to an approval that a run waits with. Throws `NotAskedError` when it was answered before, or asks nothing. */
  approve(runId: string, stepKey: string, answer: ApprovalOptions = {}): Promise<void> {
    return answerApproval(this.#client, runId, stepKey, true, answer);
  }

  /** Says no to an approval: the step fails with `ApprovalRejectedError`. Throws as `approve`. */
  reject(runId: string, stepKey: string, answer: ApprovalOptions = {}): Promise<void> {
    return answerApproval(this.#client, runId, stepKey, false, answer);
  }

  /**
   * Says what became of a step that is `in_doubt`: it completed with a result, it failed, or it may be tried again.
   *
   * Throws `NotAskedError` when the step is not in doubt, or somebody said before.
   */
  resolve(runId: string, stepKey: string, outcome: StepResolution): Promise<void> {
    return resolveStep(this.#client, runId, stepKey, outcome);
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

  /** Stops its workers and gives back all runs once their attempts in hand are recorded; they reject with `RunReleasedError` and can be resumed anywhere. */
  stop(): Promise<void> {
    return this.#letGo(
      (worker) => worker.stop(),
      (driver) => driver.release(),
    );
  }

  /** As `stop`, but aborts the handlers in hand; what they were at is attempted again by whoever goes on with the run. */
  interrupt(): Promise<void> {
    return this.#letGo(
      (worker) => worker.interrupt(),
      (driver) => driver.interrupt(),
    );
  }

  async #letGo(stop: (worker: Worker) => Promise<void>, release: (driver: RunDriver) => void): Promise<void> {
    const { drivers } = this.#client.keeper;
    this.#client.lifetime.end();
    const stopping = [...this.#workers].map(stop);
    for (const driver of drivers) release(driver);
    await Promise.allSettled([...stopping, ...drivers.map((driver) => driver.result)]);
  }
}
