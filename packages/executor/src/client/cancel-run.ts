import { activeRunStatuses } from '@sisyphus-state/schema';
import { type CancelOutcome, decideCancel } from '@sisyphus-state/store';
import type { Client } from './client.js';
import { programOfRun } from './plan-source.js';

/**
 * Cancels a run, or asks its holder to; one that may have something to undo is left to whoever takes it.
 *
 * The runs that its steps wait for are asked in the same commit. Those that can be ended from outside end at once, too.
 */
export async function cancelRun(
  client: Pick<Client, 'store' | 'plans' | 'workflows' | 'engine'>,
  runId: string,
  reason: string | null,
): Promise<CancelOutcome> {
  const undoes = await hasCompensations(client, runId);
  const outcome = await client.store.transact(runId, (snapshot) => {
    const { value, ...decision } = decideCancel(snapshot, reason, { undoes });
    return { ...decision, value: { ...value, namespace: snapshot.run.namespace } };
  });
  const { namespace, ...cancelled } = outcome;
  if (cancelled.kind === 'cancelled') await cancelChildren(client, runId, namespace, reason);
  return cancelled;
}

async function cancelChildren(
  client: Parameters<typeof cancelRun>[0],
  parentRunId: string,
  namespace: string,
  reason: string | null,
): Promise<void> {
  const filter = { parentRunId, namespace, status: activeRunStatuses, limit: 1000 };
  for (let before: string | undefined; ; ) {
    const children = await client.store.listRuns(before === undefined ? filter : { ...filter, before });
    for (const { id } of children) await cancelRun(client, id, reason);
    before = children.at(-1)?.id;
    if (children.length < filter.limit) return;
  }
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
