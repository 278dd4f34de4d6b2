import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import { decideRevive, type WorkflowStore } from '@sisyphus-state/store';
import type { Revival } from '../engine/child-runs.js';
import type { Journal } from '../engine/journal.js';
import { chooseDefinition } from './choose-definition.js';
import type { Client } from './client.js';
import { failuresToKeep } from './failures-to-keep.js';

/**
 * Finds, for a run that is taken, the steps that waited for a run before a resume armed them again, and how that run stands.
 *
 * One that was deleted, or undone by its compensations, can't go on: the step starts another.
 */
export async function findRevivals(
  store: Pick<WorkflowStore, 'readRun'>,
  journal: Journal,
): Promise<ReadonlyMap<string, Revival>> {
  const revivals = new Map<string, Revival>();
  for (const [stepKey, entry] of journal.entries()) {
    if (entry.status !== 'pending' || entry.childRunId === null) continue;
    const child = await store.readRun(entry.childRunId);
    if (child === null || isUndone(child)) entry.childRunId = null;
    else revivals.set(stepKey, { runId: child.id, seq: child.lastSeq, hasEnded: isTerminal(child.status) });
  }
  return revivals;
}

function isUndone({ status, endingAs }: RunRow): boolean {
  return isTerminal(status) && endingAs !== null;
}

/** Has a run that failed or was cancelled go on from where it stopped, unless somebody else did so since it was looked at. */
export async function reviveRun(client: Client, { runId, seq }: Revival): Promise<void> {
  const { store } = client;
  const run = await store.readRun(runId);
  if (run === null || !isTerminal(run.status) || run.status === 'completed') return;
  const program = await chooseDefinition(client, run, undefined, 'pinned');
  const keepFailed = await failuresToKeep(store, run, program);
  for (let seen = seq; ; ) {
    const request = { seq: seen, keepFailed };
    if ((await store.transact(runId, (snapshot) => decideRevive(snapshot, request))) !== 'moved') return;
    const since = await store.readEvents(runId, { after: seen });
    // Resumed meanwhile, it has ended again: that end is told, and no earlier one.
    if (since.some(({ type }) => type === 'workflow_resumed')) return;
    seen = since.at(-1)?.seq ?? seen;
  }
}
