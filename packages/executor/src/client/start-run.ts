import { Journal } from '../engine/journal.js';
import { RunDriver } from '../engine/run-driver.js';
import type { NewRunOptions } from '../executor-options.js';
import type { Workflow } from '../workflow.js';
import { boundsOf } from './bounds-of.js';
import { checkRunnable } from './check-runnable.js';
import { childSource, lineageOf } from './child-source.js';
import type { Client, DriveOptions, StartedRun } from './client.js';
import { prepareRun } from './new-run.js';
import { progressOf } from './plan-source.js';
import { continueRun } from './resume-run.js';

/** Creates a run, held from its first commit on, and drives it; or finds the run that has its idempotency key. */
export async function startRun(
  client: Client,
  workflow: Workflow | string,
  input: unknown,
  options: NewRunOptions,
  { tender, lingers }: DriveOptions = {},
): Promise<StartedRun> {
  const { engine, keeper, lease, store, claims } = client;
  const { program, input: stored, run } = prepareRun(client, workflow, input, options);
  checkRunnable(client, program);
  const children = childSource(client, lineageOf(run), { tender });
  const journal = new Journal([], boundsOf(client, program, { budget: run.budget }));
  const { id: runId, deadlineMs } = run;
  const driver = new RunDriver(
    engine,
    { runId, makeProgress: progressOf(program), input: stored, journal, deadlineMs, children, lingers },
    0,
  );
  const changes = driver.begin();
  const created = await claims.during(async () => {
    const [made] = await store.createRuns([{ ...run, lease, changes, children: driver.children }]);
    if (!made?.created) return made;
    if (made.lease !== null) keeper.add(driver, made.lease);
    driver.attach(made.lease, made.at);
    return made;
  });
  if (created === undefined) throw new Error(`The store created nothing for run ${run.id}.`);
  if (!created.created) return joinRun(client, created.runId, { tender, lingers });
  return { runId: run.id, created: true, driver };
}

/** Joins a run that exists: its driver if it is here, else whoever holds it; nobody: this executor goes on with it. */
export async function joinRun(client: Client, runId: string, options: DriveOptions = {}): Promise<StartedRun> {
  const driver = client.keeper.get(runId) ?? (await continueRun(client, runId, options));
  return { runId, created: false, driver };
}
