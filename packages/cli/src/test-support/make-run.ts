import type { Change, JsonText, Lease, NewRun, WorkflowStore } from '@sisyphus-state/store';

/** What a test says of a run; the rest does not matter to it. */
export interface MadeRun extends Partial<NewRun> {
  /** A number that the id is made of; larger is newer. */
  readonly number: number;
}

/** The id of the run that was made with a number. */
export function runIdOf(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Creates a run as an executor would. */
export async function makeRun(store: WorkflowStore, { number, ...run }: MadeRun): Promise<Lease | null> {
  const [created] = await store.createRuns([{ id: runIdOf(number), name: 'flow', input: null, ...run }]);
  return created?.lease ?? null;
}

/** As `makeRun`, held by a worker of this process that makes these changes. */
export async function makeRunWith(store: WorkflowStore, number: number, changes: readonly Change[]): Promise<Lease> {
  const lease = await makeRun(store, { number, lease: { worker: 'test/1', leaseMs: 60_000 } });
  if (lease === null) throw new Error('The run is not held.');
  await store.record(lease, changes);
  return lease;
}

/** A value as changes carry it. */
export function jsonText(value: unknown): JsonText {
  return JSON.stringify(value) as JsonText;
}
