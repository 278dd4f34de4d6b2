import type { RunRow } from '@sisyphus-state/schema';
import { decodeChange, RunNotFoundError, type RunState, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { isoInstant } from '../format/time.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, nextCommandsFor, printDocument } from './command.js';
import { readOrigin } from './read-origin.js';
import { showRunLines } from './show-run.js';
import type { PendingStep, ShownRun } from './shown-run.js';

/** Arguments of `show`. */
export interface ShowArguments {
  readonly run: string;
  /** Each item of a `foreach` on a line of its own, also those that went well. */
  readonly all: boolean;
}

/** `sisyphus show RUN`: one run with its steps. */
export function show(context: CommandContext, { run, all }: ShowArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const runId = await findRun(store, run, context.namespace);
    const [row, state] = [await store.readRun(runId), await store.getRunState(runId)];
    if (row === null || state === null) throw new RunNotFoundError(runId);
    const origin = await readOrigin(store, runId);
    const [pot = null] = await store.readPots([runId]);
    const paused = state.status === 'paused' ? await readPaused(store, runId) : null;
    if (context.json) printDocument(context, toDocument({ row, state, origin, pot, paused }));
    else {
      const pending = await readPendingSteps(store, row, state);
      const commands = nextCommandsFor(context, row);
      const lines = showRunLines({ row, state, origin, pot, paused, pending, all, commands }, context.terminal);
      for (const line of lines) context.terminal.print(line);
    }
    return exitStatus.done;
  });
}

/** The run as programs read it; the shape is a contract. */
function toDocument({ row, state, origin, pot, paused }: Omit<ShownRun, 'pending' | 'all' | 'commands'>): object {
  const { id, name, status, reason, input = null, context = null, output = null, error, queue, priority } = state;
  return {
    ...{ id, name, status, reason, wakeAt: isoInstant(state.wakeAt) },
    ...{ queue, priority, concurrencyKey: row.concurrencyKey, forkedFrom: origin, input, context, output, error },
    parentRunId: state.parentRunId,
    deadlineAt: isoInstant(state.deadlineAt),
    // Of a run whose budget its children share, what all of them used together stands beside what it used itself.
    ...{ budget: state.budget, usage: state.usage, budgetUsage: pot?.usage ?? null, paused },
    createdAt: isoInstant(state.createdAt),
    startedAt: isoInstant(state.startedAt),
    finishedAt: isoInstant(state.finishedAt),
    steps: state.steps.map(
      ({ stepKey, type, status, attempts, result = null, error, wakeAt, childRunId, startedAt, finishedAt }) => ({
        ...{ stepKey, type, status, attempts, result, error, wakeAt: isoInstant(wakeAt), childRunId },
        startedAt: isoInstant(startedAt),
        finishedAt: isoInstant(finishedAt),
      }),
    ),
  };
}

async function readPaused(store: WorkflowStore, runId: string): Promise<ShownRun['paused']> {
  const event = (await store.readEvents(runId)).findLast(({ type }) => type === 'workflow_paused');
  const change = event === undefined ? null : decodeChange(event, event.body);
  return change?.type === 'workflow_paused' ? change.details : null;
}

/** The steps of the definition that have not begun, for a run that may still go on. */
async function readPendingSteps(
  store: WorkflowStore,
  row: RunRow,
  { steps }: RunState,
): Promise<readonly PendingStep[]> {
  if (row.status === 'completed' || row.definitionHash === null) return [];
  const definition = await store.readDefinition(row.definitionHash);
  if (definition === null) return [];
  const begun = new Set(steps.map(({ stepId }) => stepId));
  // Only checked definitions are stored.
  const { steps: outline } = JSON.parse(definition.body) as { readonly steps: readonly PendingStep[] };
  return outline.filter(({ id }) => !begun.has(id)).map(({ id, type }) => ({ id, type }));
}
