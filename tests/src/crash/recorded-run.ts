import type { RunRow, StepRow } from '@sisyphus-state/schema';
import { openStore, type Pot, type StoredEvent } from '@sisyphus-state/store';
import type { World } from './world.js';

/** All that a database has of a run. */
export interface RecordedRun {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  readonly events: readonly StoredEvent[];
  /** What its budget's pot holds; null: it has no budget; left out: it was not read. */
  readonly pot?: Pot | null;
}

/** Reads a run through a store of its own; null when the run was never created. */
export async function readRecordedRun(place: string | Pick<World, 'open'>, runId: string): Promise<RecordedRun | null> {
  const store = await (typeof place === 'string' ? openStore(place) : place.open());
  try {
    const run = await store.readRun(runId);
    if (run === null) return null;
    const [pot = null] = await store.readPots([runId]);
    return { run, steps: await store.readSteps(runId), events: await store.readEvents(runId), pot };
  } finally {
    await store.close();
  }
}
