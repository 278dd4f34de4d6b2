import assert from 'node:assert/strict';
import type { RunRow } from '@sisyphus-state/schema';
import type { Claim, ClaimDueRequest, ClaimOutcome, DueRequest, WorkflowStore } from '@sisyphus-state/store';

/** Asserts that a promise rejects with this public code, and returns the error. */
export async function rejectsWith(promise: Promise<unknown>, code: string): Promise<Error> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok(
    'error' in outcome,
    `expected ${code}, got a value: ${JSON.stringify('value' in outcome && outcome.value)}`,
  );
  const { error } = outcome;
  assert.ok(error instanceof Error, `expected an Error with code ${code}, got ${String(error)}`);
  assert.equal('code' in error ? error.code : undefined, code, `expected ${code}, got: ${error.message}`);
  return error;
}

/** A run that must be there. */
export async function readRun(store: WorkflowStore, runId: string): Promise<RunRow> {
  const run = await store.readRun(runId);
  assert.ok(run, `run ${runId} is not there`);
  return run;
}

/** The types of a run's events, oldest first. */
export async function eventTypes(store: WorkflowStore, runId: string): Promise<readonly string[]> {
  return (await store.readEvents(runId)).map((event) => event.type);
}

/** All that is kept of a run, to compare with what is kept later. */
export async function dump(store: WorkflowStore, runId: string): Promise<unknown> {
  const [run, steps, events, mail] = await Promise.all([
    store.readRun(runId),
    store.readSteps(runId),
    store.readEvents(runId),
    store.readMail(runId),
  ]);
  return { run, steps, events, mail };
}

/** Claims one run and returns what became of it. */
export async function claim(
  store: WorkflowStore,
  runId: string,
  options: { worker?: string; mode?: 'continue' | 'resume'; takeover?: boolean; leaseMs?: number } = {},
): Promise<ClaimOutcome> {
  const { worker = 'w2', mode = 'continue', takeover = false, leaseMs = 60_000 } = options;
  const [outcome] = await store.claimRuns({ runIds: [runId], worker, leaseMs, mode, takeover });
  assert.ok(outcome, 'a claim has one outcome a run');
  return outcome;
}

/** Claims one run, which must work. */
export async function claimed(
  store: WorkflowStore,
  runId: string,
  options: Parameters<typeof claim>[2] = {},
): Promise<Claim> {
  const outcome = await claim(store, runId, options);
  assert.equal(outcome.kind, 'claimed');
  assert.ok(outcome.kind === 'claimed');
  return outcome;
}

/** New run ids in order, more than any case gives names to. */
export function freshIds(newId: () => string): readonly [string, string, string, string, string, string, string] {
  return [newId(), newId(), newId(), newId(), newId(), newId(), newId()];
}

/** A look for due runs: of the default queue unless said otherwise, as many as there are. */
export function dueRequest(more: Partial<DueRequest> = {}): DueRequest {
  return { queues: [{ name: 'default' }], limit: 1000, ...more };
}

/** The ids of the runs that are due, in order. */
export async function dueIds(store: WorkflowStore, more: Partial<DueRequest> = {}): Promise<readonly string[]> {
  return (await store.findDue(dueRequest(more))).runs.map(({ runId }) => runId);
}

/** Claims due runs as a worker does. */
export function claimDue(store: WorkflowStore, more: Partial<ClaimDueRequest> = {}): Promise<readonly Claim[]> {
  return store.claimDue({ worker: 'w2', leaseMs: 60_000, ...dueRequest(more), ...more });
}

/** The ids of the runs that were claimed, in order. */
export function claimedIds(claims: readonly Claim[]): readonly string[] {
  return claims.map(({ run }) => run.id);
}

/** Waits for a condition, at most ten seconds; never for a fixed time. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `waited in vain for this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Lets everything that is ready run: one full turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
