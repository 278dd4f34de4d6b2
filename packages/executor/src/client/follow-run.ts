import type { RunResult } from '../engine/driver-types.js';
import type { RunDriver } from '../engine/run-driver.js';
import { awaitEnd } from './await-end.js';
import type { Client, IdleResult } from './client.js';
import { continueRun } from './resume-run.js';

/** How a run is followed. */
export interface FollowOptions {
  /** `end` (default): until it has ended. `idle`: also until only an outsider or a timer of more than a minute can move it. */
  readonly until?: 'end' | 'idle';
  /** Whether this executor takes the run on when nobody holds it; default true. */
  readonly goOn?: boolean;
}

/**
 * Waits for a run's end, wherever it is driven, and returns or throws as `execute` does.
 *
 * While it is parked this process waits for its timer too: whoever is first goes on with it.
 */
export async function followRun(
  client: Client,
  runId: string,
  driver: RunDriver | null,
  { until = 'end', goOn = true }: FollowOptions = {},
): Promise<RunResult | IdleResult> {
  const driven = await driver?.result;
  if (driven?.status === 'completed') return driven;
  return awaitEnd(client.store, runId, {
    until,
    stopped: client.lifetime.signal,
    goOn: goOn ? () => continueRun(client, runId) : null,
  });
}
