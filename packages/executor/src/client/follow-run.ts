import type { RunResult } from '../engine/driver-types.js';
import type { RunDriver } from '../engine/run-driver.js';
import { awaitEnd } from './await-end.js';
import { ChildTender } from './child-tender.js';
import type { Client, IdleResult } from './client.js';
import { continueRun } from './resume-run.js';

/** How a run is followed. */
export interface FollowOptions {
  /** `end` (default): until it has ended. `idle`: also until only an outsider or a timer of more than a minute can move it. */
  readonly until?: 'end' | 'idle';
  /** Whether this executor takes the run on when nobody holds it; default true. */
  readonly goOn?: boolean;
  /** Drives the runs that the run waits for; default one of its own, where it is taken on here. */
  readonly tender?: ChildTender;
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
  { until = 'end', goOn = true, tender = new ChildTender(client) }: FollowOptions = {},
): Promise<RunResult | IdleResult> {
  try {
    const driven = await driver?.result;
    if (driven?.status === 'completed') return driven;
    return await awaitEnd(client.store, runId, {
      until,
      stopped: client.lifetime.signal,
      look: goOn ? (run) => tender.follow(run) : undefined,
      goOn: goOn ? () => continueRun(client, runId, { tender, lingers: true }) : null,
    });
  } finally {
    tender.stop();
  }
}
