import assert from 'node:assert/strict';
import type { CarriedSteps, ForkRequest, WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceEnv } from './conformance-case.js';
import { readRun } from './expectations.js';
import {
  completed,
  failed,
  heldRun,
  leaseOf,
  runCancelled,
  runCompleted,
  runFailed,
  started,
} from './sample-changes.js';

/** A fork of a run from its step `b`. */
export function forkOf(sourceRunId: string, id: string, choose: ForkRequest['choose']): ForkRequest {
  return { sourceRunId, id, from: 'b', choose };
}

/** Carries these steps over as they are. */
export function carry(...settled: readonly string[]): () => CarriedSteps {
  return () => ({ settled });
}

/** A run with the steps `a` and `c` done, in this order, and `b` failed in between. */
export async function sourceRun({ store, newId }: ConformanceEnv, status = 'failed'): Promise<string> {
  const id = newId();
  const more = { version: 3, tags: { a: 'b' }, queue: 'slow', priority: 4, concurrencyKey: 'acme' };
  const [created] = await store.createRuns([heldRun(id, more)]);
  const steps = [started('a'), completed('a', 1), started('b'), started('c'), failed('b'), completed('c', 3)];
  await store.record(leaseOf(created), steps);
  await moveTo(store, created, status);
  return id;
}

async function moveTo(store: WorkflowStore, created: Parameters<typeof leaseOf>[0], status: string): Promise<void> {
  const lease = leaseOf(created);
  const reason = 'asked';
  if (status === 'pending') await store.record(lease, [{ type: 'run_released' }]);
  if (status === 'waiting')
    await store.record(lease, [{ type: 'workflow_suspended', wakeAt: null, delayMs: null, reason }]);
  if (status === 'paused') await store.record(lease, [{ type: 'workflow_paused', reason }]);
  if (status === 'completed') await store.record(lease, [runCompleted(1, 2)]);
  if (status === 'failed') await store.record(lease, [runFailed('b')]);
  if (status === 'cancelled') await store.record(lease, [runCancelled()]);
  assert.equal((await readRun(store, lease.runId)).status, status);
}
