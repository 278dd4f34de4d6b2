import { type CancelOutcome, decideCancel } from '@sisyphus-state/store';
import type { Client } from './client.js';
import { programOfRun } from './plan-source.js';

/** Cancels a run, or asks its holder to; one that may have something to undo is left to whoever takes it. */
export async function cancelRun(
  client: Pick<Client, 'store' | 'plans' | 'workflows' | 'engine'>,
  runId: string,
  reason: string | null,
): Promise<CancelOutcome> {
  const undoes = await hasCompensations(client, runId);
  return client.store.transact(runId, (snapshot) => decideCancel(snapshot, reason, { undoes }));
}

async function hasCompensations(client: Parameters<typeof cancelRun>[0], runId: string): Promise<boolean> {
  const run = await client.store.readRun(runId);
  if (run === null) return false;
  const { definitionHash } = run;
  const program = definitionHash === null ? programOfRun(client, run) : await client.plans.read(definitionHash);
  // What code has to undo only its replay can say; where the code is not known, somebody who knows it has to take the run.
  if (program === null) return definitionHash === null && run.version !== null;
  return program.kind === 'code' || program.steps.some(({ source }) => source.compensate !== undefined);
}
