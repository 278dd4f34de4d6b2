import { activeRunStatuses, type RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import { timeLeft } from './time-left.js';

/** A timer that ends later than this leaves a run idle. */
export const idleMs = 60_000;

/** Tells whether only an outsider, or a timer of more than a minute, can move a run, and all that it waits for. */
export async function isTreeIdle(store: WorkflowStore, run: RunRow): Promise<boolean> {
  if (run.status === 'paused') return true;
  if (run.status === 'running' || (await timeLeft(store, run)) <= idleMs) return false;
  if (run.status !== 'waiting') return true;
  const filter = { parentRunId: run.id, namespace: run.namespace, status: activeRunStatuses, limit: 1000 };
  for (let before: string | undefined; ; ) {
    const children = await store.listRuns(before === undefined ? filter : { ...filter, before });
    for (const child of children) if (!(await isTreeIdle(store, child))) return false;
    before = children.at(-1)?.id;
    if (children.length < filter.limit) return true;
  }
}
