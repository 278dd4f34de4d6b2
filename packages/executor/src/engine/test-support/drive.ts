import { openStore, type StoredEvent, type WorkflowStore } from '@sisyphus-state/store';
import type { Engine } from '../driver-types.js';
import { Journal } from '../journal.js';
import type { LiveEvent } from '../live-event.js';
import { RunDriver } from '../run-driver.js';
import { dataProgress } from '../run-progress.js';
import { type HeldCall, heldHandlers } from './handlers.js';
import { planOf, type StepAsWritten } from './plan.js';

/** A run that is driven on a store in memory, with handlers that the test ends by hand. */
export interface DrivenTest {
  readonly driver: RunDriver;
  readonly store: WorkflowStore;
  readonly calls: readonly HeldCall[];
  readonly observed: readonly LiveEvent[];
  /** The changes of each commit after the first. */
  readonly commits: readonly (readonly string[])[];
  events(): Promise<readonly StoredEvent[]>;
}

const runId = '01900000-0000-7000-8000-000000000001';

/** Creates a run of these steps and drives it. */
export async function drive(steps: readonly StepAsWritten[], engine: Partial<Engine> = {}): Promise<DrivenTest> {
  const commits: string[][] = [];
  const observed: LiveEvent[] = [];
  const store = listing(await openStore(':memory:'), commits);
  const { registry, calls } = heldHandlers();
  const limits = {
    maxPayloadBytes: 1000,
    abortGraceMs: 5000,
    parkAfterMs: Number.POSITIVE_INFINITY,
    random: () => 0.5,
  };
  const run = { runId, makeProgress: dataProgress(planOf(steps)), input: {}, journal: new Journal() };
  const observe = (event: LiveEvent): void => void observed.push(event);
  const driver = new RunDriver({ store, registry, observe, ...limits, ...engine }, run, 0);
  const lease = { worker: 'me', leaseMs: 60_000 };
  const [created] = await store.createRuns([{ id: runId, name: 'w', input: null, lease, changes: driver.begin() }]);
  driver.attach(created?.lease ?? null, created?.at ?? 0);
  return { driver, store, calls, observed, commits, events: () => store.readEvents(runId) };
}

function listing(store: WorkflowStore, commits: string[][]): WorkflowStore {
  return {
    ...store,
    record: (lease, changes, options) => {
      commits.push(changes.map((change) => ('stepKey' in change ? `${change.type} ${change.stepKey}` : change.type)));
      return store.record(lease, changes, options);
    },
  };
}
