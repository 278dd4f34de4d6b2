import type { RunResult } from '../../engine/driver-types.js';
import type { Client, StartedRun } from '../client.js';
import { followRun } from '../follow-run.js';
import { continueRun as goOn, resumeRun as resume } from '../resume-run.js';
import { startRun as start } from '../start-run.js';

/** A run with its end, as `execute` gives it. */
export interface FollowedRun extends StartedRun {
  readonly result: Promise<RunResult>;
}

/** Starts a run as `execute` does. */
export async function startRun(...args: Parameters<typeof start>): Promise<FollowedRun> {
  return follow(args[0], await start(...args));
}

/** Resumes a run as `resume` does. */
export async function resumeRun(...args: Parameters<typeof resume>): Promise<FollowedRun> {
  return follow(args[0], await resume(...args));
}

/** Goes on with a run; null when there is nothing to take. */
export async function continueRun(...args: Parameters<typeof goOn>): Promise<FollowedRun | null> {
  const driver = await goOn(...args);
  return driver === null ? null : follow(args[0], { runId: args[1], created: false, driver });
}

function follow(client: Client, started: StartedRun): FollowedRun {
  const result = followRun(client, started.runId, started.driver).then((end) => {
    if (end.status !== 'completed') throw new Error(`It is ${end.status}.`);
    return end;
  });
  result.catch(() => undefined);
  return { ...started, result };
}
