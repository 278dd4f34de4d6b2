import { type WorkDone, WorkflowExecutor, type WorkOptions } from '@sisyphus-state/executor';
import type { Claim, DueRun, QueueRequest, WorkflowStore } from '@sisyphus-state/store';
import { exitStatus, exitStatusOf, exitStatusOfSignal } from '../errors/exit-status.js';
import { codeOf, reportError } from '../errors/report-error.js';
import type { LoadedModules } from '../input/load-modules.js';
import { showWorkflow } from '../input/show-workflow.js';
import type { Terminal } from '../terminal/terminal.js';
import { Board } from './board.js';
import { createWorkReporter } from './create-work-reporter.js';
import { heldRun } from './held-run.js';
import { Outlines } from './outlines.js';
import { overhearStore } from './overhear-store.js';
import { stopInSteps } from './stop-in-steps.js';
import { UnhandledRuns } from './unhandled-runs.js';
import type { WorkFacts, WorkReporter } from './work-reporter.js';

/** What driving a worker needs. */
export interface DriveWorkerOptions {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly store: WorkflowStore;
  readonly modules: LoadedModules;
  readonly namespace: string | undefined;
  readonly queues: readonly QueueRequest[];
  readonly concurrency: number;
  /** Stop when nothing is due any more. */
  readonly untilIdle: boolean;
}

/** How often to look for runs that were lost without a word. */
const lookForLostMs = 1000;

/** Drives a worker until it is stopped or idle, tells of it, and gives the exit status. */
export async function driveWorker(options: DriveWorkerOptions): Promise<number> {
  const { terminal, json, store, modules, namespace, queues, concurrency } = options;
  const startedAt = performance.now();
  const reporter = await createWorkReporter(options);
  const board = new Board(reporter);
  const unhandled = new UnhandledRuns({ ...options, ...modules }, (found) => reporter.warn(found));
  const executor = createExecutor(options, board, (due) => unhandled.add(due));
  const place = { worker: executor.worker, location: store.location, namespace, queues, concurrency };
  reporter.begin({ ...place, ...known(modules) }, board);
  const lost = setInterval(() => void board.dropLost(store, terminal.now()).catch(() => undefined), lookForLostMs);
  const stop = stopInSteps({ executor, board, reporter, endNow: (status) => process.exit(status) });
  try {
    const done = await drive(executor, options, tellTroublesOnce(reporter));
    const left = options.untilIdle && stop.signal() === null ? await unhandled.count() : 0;
    const durationMs = performance.now() - startedAt;
    const { taken, tally } = board;
    const nextDueAt = done?.nextDueAt ?? null;
    reporter.end({ stoppedBy: stop.signal(), taken, tally, durationMs, nextDueAt, unhandled: left });
    const interrupted = stop.interruptedBy();
    if (interrupted !== null) return exitStatusOfSignal(interrupted);
    if (options.untilIdle && tally.failed > 0) return exitStatus.failed;
    return left > 0 ? exitStatus.waiting : exitStatus.done;
  } catch (error) {
    reporter.abort();
    reportError(error, terminal, json);
    return exitStatusOf(codeOf(error));
  } finally {
    clearInterval(lost);
    stop.forget();
  }
}

/** What it can do, in the order of names. */
function known({ registry, workflows }: LoadedModules): Pick<WorkFacts, 'types' | 'workflows'> {
  const types = registry.list().map(({ type }) => type);
  return { types: types.sort(), workflows: workflows.map(showWorkflow).sort() };
}

function createExecutor(
  { terminal, store, modules }: DriveWorkerOptions,
  board: Board,
  passedOver: (due: DueRun) => void,
): WorkflowExecutor {
  const outlines = new Outlines(store);
  const taken = async (claim: Claim, takenFrom: string | null): Promise<void> => {
    const outline = await outlines.of(claim.run);
    board.take(heldRun(claim, outline, { takenFrom, takenAt: terminal.now() }));
  };
  const overheard = overhearStore(store, { taken, passedOver });
  return new WorkflowExecutor(overheard, modules.registry, {
    workflows: modules.workflows,
    observe: (event) => board.observe(event),
  });
}

async function drive(
  executor: WorkflowExecutor,
  { namespace, queues, concurrency, untilIdle }: DriveWorkerOptions,
  onError: (error: Error) => void,
): Promise<WorkDone | null> {
  const work: WorkOptions = { queues, concurrency, onError, ...(namespace !== undefined && { namespace }) };
  if (untilIdle) return executor.runUntilIdle(work);
  await executor.work(work).stopped;
  return null;
}

/** A database that is away is asked every second: it is told of once, and again when something else is wrong. */
function tellTroublesOnce(reporter: WorkReporter): (error: Error) => void {
  let last = '';
  return (error) => {
    if (error.message !== last) reporter.trouble(error);
    last = error.message;
  };
}
