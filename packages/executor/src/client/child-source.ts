import type { RunRow } from '@sisyphus-state/schema';
import type { NewRun } from '@sisyphus-state/store';
import type { ChildRuns, GivenUp, Revival } from '../engine/child-runs.js';
import type { ChildCall } from '../engine/read-call.js';
import { DefinitionMissingError } from '../errors.js';
import type { Workflow } from '../workflow.js';
import { cancelRun } from './cancel-run.js';
import type { Client, Tender } from './client.js';
import { findWorkflow } from './find-workflow.js';
import { prepareRun } from './new-run.js';
import { reviveRun } from './revive-run.js';

/** What a run passes on to those that its steps wait for. */
export type Lineage = Pick<RunRow, 'id' | 'namespace' | 'queue' | 'priority' | 'concurrencyKey' | 'rootRunId'>;

/** The runs that the steps of one run wait for: made by this executor, and minded by `tender`, or else by workers. */
export function childSource(
  client: Client,
  lineage: Lineage,
  { tender, revivals = new Map() }: { readonly tender?: Tender; readonly revivals?: ReadonlyMap<string, Revival> } = {},
): ChildRuns {
  return {
    revivals,
    prepare: (stepKey, call) => prepareChild(client, lineage, stepKey, call),
    revive: (revival) => reviveRun(client, revival),
    awaited: (runIds) => tender?.take(runIds),
    givenUp: (runs) => {
      for (const run of runs) void client.cancels.during(() => finishOff(client, run, tender));
    },
  };
}

/** What a new run passes on: as it will stand in its row. */
export function lineageOf(run: NewRun): Lineage {
  const { id, namespace = 'default', queue = 'default', priority = 0, concurrencyKey = null } = run;
  return { id, namespace, queue, priority, concurrencyKey, rootRunId: id };
}

/** Queue and priority are the call's, else the child's own definition's, else its parent's: whoever works for the one then works for the other. */
function prepareChild(client: Client, lineage: Lineage, stepKey: string, call: ChildCall): NewRun {
  const { id: runId, namespace, rootRunId } = lineage;
  const { queue, priority, concurrencyKey, tags } = call;
  const { run } = prepareRun(client, workflowOf(client, stepKey, call), call.input, {
    ...{ namespace, concurrencyKey: concurrencyKey ?? lineage.concurrencyKey ?? undefined },
    ...{ queue: queue ?? undefined, priority: priority ?? undefined, tags: tags ?? undefined },
  });
  const inherited = { queue: run.queue ?? lineage.queue, priority: run.priority ?? lineage.priority };
  return { ...run, ...inherited, parent: { runId, stepKey, rootRunId } };
}

function workflowOf(client: Client, stepKey: string, { workflow }: ChildCall): Workflow {
  // What is no valid definition is refused when it is compiled.
  if (typeof workflow !== 'string') return workflow as unknown as Workflow;
  const known = findWorkflow(client.workflows, workflow);
  if (known === null) throw DefinitionMissingError.ofWorkflow(workflow, stepKey);
  return known;
}

/**
 * Ends a run that was asked to cancel, if it can be ended from here, with all that it waits for.
 *
 * It was asked in a commit already, so whoever takes it cancels it: that nobody has to wait for that is all this is for,
 * and where it fails nothing is lost.
 */
async function finishOff(client: Client, { runId, reason }: GivenUp, tender: Tender | undefined): Promise<void> {
  try {
    const outcome = await cancelRun(client, runId, reason);
    if (outcome.kind === 'requested') tender?.finish([runId]);
  } catch {
    // The store is away or closed; the request is in it.
  }
}
