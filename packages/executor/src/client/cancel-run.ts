import { type CancelOutcome, decideCancel } from '@sisyphus-state/store';
import type { Client } from './client.js';
import { planOf } from './plan-source.js';

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
  const known = client.workflows.get(run.name);
  const plan =
    run.definitionHash === null ? known && planOf(client, known) : await client.plans.read(run.definitionHash);
  return plan?.steps.some(({ source }) => source.compensate !== undefined) ?? false;
}
