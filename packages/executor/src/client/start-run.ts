import { decodeValue, encodeValue, type NewRun } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import { deepFreeze } from '../engine/deep-freeze.js';
import type { RunResult } from '../engine/driver-types.js';
import { Journal } from '../engine/journal.js';
import { RunDriver } from '../engine/run-driver.js';
import type { StartOptions } from '../executor-options.js';
import type { JsonValue } from '../expressions/json-value.js';
import type { Workflow } from '../workflow.js';
import { awaitEnd } from './await-end.js';
import type { Client, StartedRun } from './client.js';
import { checkHandlers, newDefinition, planOf } from './plan-source.js';
import { continueRun } from './resume-run.js';

/** Creates a run, held from its first commit on, and drives it; or finds the run that has its idempotency key. */
export async function startRun(
  client: Client,
  workflow: Workflow | string,
  input: unknown,
  options: StartOptions,
): Promise<StartedRun<RunResult>> {
  const { engine, keeper, lease, store } = client;
  const plan = planOf(client, workflow);
  checkHandlers(plan, engine.registry);
  const text = encodeValue(input, { what: `input of workflow "${plan.name}"`, maxBytes: engine.maxPayloadBytes });
  // The workflow sees its input as it is stored, now as after a resume.
  const stored = deepFreeze(decodeValue(text));
  plan.checkInput((stored ?? null) as JsonValue); // decoded from JSON text
  const runId = options.runId ?? uuidv7();
  const driver = new RunDriver(engine, { runId, plan, input: stored, journal: new Journal() }, 0);
  const { runId: _, ...run } = options;
  const newRun: NewRun = {
    ...run,
    id: runId,
    name: plan.name,
    version: plan.version,
    definition: newDefinition(plan),
    input: text,
    lease,
    changes: driver.begin(),
  };
  const [created] = await store.createRuns([newRun]);
  if (created === undefined) throw new Error(`The store created nothing for run ${runId}.`);
  if (!created.created) return joinRun(client, created.runId);
  driver.attach(created.lease, created.at);
  if (created.lease !== null) keeper.add(driver);
  return { runId, created: true, result: driver.result };
}

/** Joins a run that exists: its end if it has one, its driver if it is here, else whoever holds it; nobody: this executor. */
async function joinRun(client: Client, runId: string): Promise<StartedRun<RunResult>> {
  const driver = client.keeper.get(runId);
  if (driver !== undefined) return { runId, created: false, result: driver.result };
  const goOn = () => continueRun(client, runId);
  return (await goOn()) ?? { runId, created: false, result: awaitEnd(client.store, runId, goOn) };
}
