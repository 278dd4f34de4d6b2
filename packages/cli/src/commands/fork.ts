import { WorkflowExecutor } from '@sisyphus-state/executor';
import type { RunRow } from '@sisyphus-state/schema';
import { RunHeldError, RunNotFoundError, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { UsageError } from '../errors/usage-error.js';
import { checkCodeIsHere } from '../input/check-code.js';
import { findRun } from '../input/find-run.js';
import { type LoadedModules, loadModules, type ModuleNames } from '../input/load-modules.js';
import { withExistingStore } from '../input/open-database.js';
import { driveRun } from '../live/drive-run.js';
import { storedOutline } from '../live/plan-outline.js';
import { createRunView } from '../live/run-view.js';
import { explainUnhandled } from '../work/unhandled.js';
import { type CommandContext, printDocument, workCommandFor } from './command.js';

/** Arguments of `fork`. */
export interface ForkArguments extends ModuleNames {
  readonly run: string;
  readonly from: string;
  readonly idempotencyKey: string | undefined;
  readonly queue: string | undefined;
  /** Leave it to the workers of its queue. */
  readonly detach: boolean;
}

/** `sisyphus fork RUN --from STEP`: makes a new run of what a run did before a step, and drives it until it has ended or is idle. */
export async function fork(context: CommandContext, given: ForkArguments): Promise<number> {
  const { terminal, db, namespace } = context;
  const modules = await loadModules(given, terminal.cwd);
  return withExistingStore(db, terminal, async (store) => {
    const sourceRunId = await findRun(store, given.run, namespace);
    const source = await store.readRun(sourceRunId);
    if (source === null) throw new RunNotFoundError(sourceRunId);
    if (!given.detach) await checkRunnable(store, modules, source);
    const forked = await createFork(store, modules, sourceRunId, given);
    return given.detach ? tellOf(context, store, modules, forked) : drive(context, store, modules, { source, forked });
  });
}

type Forked = Awaited<ReturnType<WorkflowExecutor['fork']>>;

/** Made first and then driven, so that what it has of its source is shown as done. */
function createFork(
  store: WorkflowStore,
  { registry, workflows }: LoadedModules,
  sourceRunId: string,
  { from, idempotencyKey, queue }: ForkArguments,
): Promise<Forked> {
  return new WorkflowExecutor(store, registry, { workflows }).fork(sourceRunId, {
    from,
    idempotencyKey,
    queue,
    detach: true,
  });
}

interface Driven {
  readonly source: RunRow;
  readonly forked: Forked;
}

async function drive(
  { terminal, db, namespace, json }: CommandContext,
  store: WorkflowStore,
  modules: LoadedModules,
  { source, forked }: Driven,
): Promise<number> {
  const { runId, created } = forked;
  return driveRun({
    ...{ terminal, json, db, namespace, modules, store },
    runId,
    workflowName: source.name,
    view: createRunView(await storedOutline(store, source), await store.readSteps(runId)),
    isNew: created,
    begin: async (executor) => ({
      ...{ isKnown: true, created },
      result: executor.resume(runId, undefined, { until: 'idle' }).catch((error: unknown) => {
        // A worker of its queue was faster.
        if (error instanceof RunHeldError) return forked.result();
        throw error;
      }),
    }),
  });
}

async function tellOf(
  context: CommandContext,
  store: WorkflowStore,
  modules: LoadedModules,
  { runId, created }: Forked,
): Promise<number> {
  const run = await store.readRun(runId);
  if (run === null) throw new RunNotFoundError(runId);
  const { name, status, queue } = run;
  if (context.json) printDocument(context, { runId, name, created, status, queue });
  else {
    context.terminal.print(runId);
    const work = workCommandFor(context, queue, modules.named);
    if (created) context.terminal.note(`It is in queue ${queue}. Workers take it: ${work}`);
    else context.terminal.note(`The fork with this key is there already; it is ${status}.`);
  }
  return exitStatus.done;
}

/** A fork that nobody here can drive is not made. */
async function checkRunnable(store: WorkflowStore, modules: LoadedModules, run: RunRow): Promise<void> {
  checkCodeIsHere(run, modules);
  const { id: runId, name, version, definitionHash } = run;
  const { types } = await explainUnhandled(store, modules, { runId, name, version, definitionHash, workflowKey: '' });
  if (types.length === 0) return;
  throw new UsageError(
    'HANDLER_NOT_FOUND',
    `No handler is here for ${types.join(', ')}, which steps of "${name}" need. Name a module that has them: --handlers MODULE, or leave the fork to workers: --detach.`,
    { details: { runId, types } },
  );
}
